package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.Admission;
import dev.sessionmesh.access.quota.Usages;
import dev.sessionmesh.access.quota.Use;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.custody.Custody;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.inbox.Inbox;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.webhook.Webhooks;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The routes of docs/protocol.md, in one place. */
public final class HttpApi {
    /**
     * What the routes are made of.
     *
     * @param admission where callers prove who they are
     * @param defaultModel for sessions that name none
     * @param draining whether this node takes no new work
     * @param apart whether operators have a port of their own
     * @param metricsToken lets read {@code /metrics} and nothing else; whoever has the admin token may too
     */
    public record Kit(
            SessionService service,
            Inbox inbox,
            Presence presence,
            Limits limits,
            Identity identity,
            Optional<Admission> admission,
            Webhooks webhooks,
            Custody custody,
            Origins origins,
            Turnstile turnstile,
            Usages usages,
            String defaultModel,
            Supplier<ClusterView> cluster,
            Health health,
            BooleanSupplier draining,
            Admin admin,
            Optional<String> adminToken,
            boolean apart,
            Optional<String> metricsToken) {}

    private interface SessionHandler {
        void handle(RoutingContext call, Identity.Caller caller, SessionKey key);
    }

    private final Kit kit;

    public HttpApi(Kit kit) {
        this.kit = kit;
    }

    /** Adds the routes. WebSocket routes under the same paths come first. */
    public void mount(Router router, Hub hub) {
        SessionRoutes sessions = new SessionRoutes(kit);
        CommandRoutes commands = new CommandRoutes(kit);
        LogRoutes log = new LogRoutes(kit);
        Turnstile turnstile = kit.turnstile();
        EventStreams streams = new EventStreams(hub, kit.presence(), turnstile, kit.draining());
        PresenceRoutes presence = new PresenceRoutes(kit.service(), kit.presence());
        WebhookRoutes webhooks = new WebhookRoutes(kit.webhooks());
        Buffer openApi = OpenApi.document().toBuffer();

        router.route().failureHandler(Answers::failed);
        router.route().handler(Answers.counting(hub.meters().errors()));
        router.route().handler(turnstile::arriving);
        router.route("/v1/*").handler(kit.origins());
        router.route("/.well-known/*").handler(kit.origins());
        webhooks.mountKeys(router);
        router.get("/v1/openapi.json").handler(call -> Answers.json(call, 200, openApi));
        router.route("/v1/*").handler(new AccessRoutes(kit.identity())::identify);
        router.route("/v1/*").handler(turnstile::identified);
        CustodyRoutes custody = new CustodyRoutes(kit);
        // Before bodies are read: its own is longer than others may be.
        router.post("/v1/sessions/import")
                .handler(turnstile.taking(Use.SESSION))
                .handler(custody::bring);
        Bodies.mount(router, "/v1/*", kit.limits().frameBytes());
        router.post("/v1/*").handler(turnstile::read);

        router.post("/v1/sessions").handler(turnstile.taking(Use.SESSION)).handler(sessions::create);
        router.get("/v1/sessions").handler(call -> {
            if (Finding.isAsked(call)) {
                custody.find(call);
            } else {
                sessions.list(call);
            }
        });
        router.get("/v1/sessions/:id").handler(session(sessions::get));
        router.delete("/v1/sessions/:id").handler(session(sessions::delete));
        router.get("/v1/sessions/:id/events").handler(session((call, caller, key) -> {
            if (wantsStream(call)) {
                streams.follow(call, caller, key);
            } else {
                log.events(call, caller, key);
            }
        }));
        router.get("/v1/sessions/:id/messages").handler(session(log::messages));
        router.get("/v1/sessions/:id/audit").handler(session(log::audit));
        InboxRoutes inbox = new InboxRoutes(kit.inbox(), streams);
        router.get("/v1/inbox").handler(call -> {
            if (wantsStream(call)) {
                inbox.follow(call);
            } else {
                inbox.list(call);
            }
        });
        router.get("/v1/sessions/:id/blobs/:hash").handler(session(log::blob));
        router.get("/v1/sessions/:id/export").handler(session(custody::export));
        router.post("/v1/sessions/:id/erase").handler(session(custody::erase));
        router.get("/v1/sessions/:id/presence").handler(session(presence::list));
        router.post("/v1/sessions/:id/inputs")
                .handler(turnstile.taking(Use.COMMAND))
                .handler(session(commands::input));
        router.post("/v1/sessions/:id/commands")
                .handler(turnstile.taking(Use.COMMAND))
                .handler(session(commands::command));
        router.get("/v1/cluster")
                .handler(call ->
                        Answers.json(call, 200, kit.cluster().get().toJson().toBuffer()));
        router.get("/v1/usage").handler(new UsageRoutes(kit.usages())::get);
        webhooks.mount(router);
        kit.admission().ifPresent(admission -> AccessRoutes.mount(router, admission));
        if (!kit.apart()) {
            operators(router);
        }
        WebFiles.mount(router, kit.origins());
        router.errorHandler(404, Answers::failed).errorHandler(405, Answers::failed);
    }

    /** Adds what is for operators and machines only, on a port of its own. */
    public void mountOperators(Router router) {
        router.route().failureHandler(Answers::failed);
        operators(router);
        WebFiles.mountConsole(router, kit.origins());
        router.errorHandler(404, Answers::failed).errorHandler(405, Answers::failed);
    }

    private void operators(Router router) {
        router.route("/admin/*").handler(kit.origins());
        router.route("/metrics").handler(kit.origins());
        Bodies.mount(router, "/admin/*", kit.limits().frameBytes());
        kit.health().mount(router);
        new AdminRoutes(kit.admin(), kit.adminToken(), kit.metricsToken()).mount(router);
    }

    private static Handler<RoutingContext> session(SessionHandler handler) {
        return call -> {
            Identity.Caller caller = AccessRoutes.caller(call);
            String id = Optional.ofNullable(call.pathParam("id")).orElse("");
            if (SessionKey.isValid(id)) {
                handler.handle(call, caller, caller.session(id));
            } else {
                Answers.refuse(call, ErrorCode.SESSION_NOT_FOUND, "no such session");
            }
        };
    }

    private static boolean wantsStream(RoutingContext call) {
        return Optional.ofNullable(call.request().getHeader("Accept"))
                .filter(accept -> accept.contains("text/event-stream"))
                .isPresent();
    }
}
