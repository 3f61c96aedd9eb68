package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The operator's part, under {@code /admin}. With a token it is for those who have it; without one for programs on the node's own
 * machine, and not for what a proxy there passes on.
 */
final class AdminRoutes {
    private static final String BEARER = "Bearer ";

    private final Admin admin;
    private final Optional<byte[]> token;
    /** Of those who may read the metrics and nothing else. */
    private final Optional<byte[]> metricsToken;

    AdminRoutes(Admin admin, Optional<String> token, Optional<String> metricsToken) {
        this.admin = admin;
        this.token = token.map(secret -> secret.getBytes(StandardCharsets.UTF_8));
        this.metricsToken = metricsToken.map(secret -> secret.getBytes(StandardCharsets.UTF_8));
    }

    void mount(Router router) {
        router.route("/admin/*").handler(this::admit);
        router.get("/metrics").handler(this::admitReader).handler(this::metrics);
        router.get("/admin/status").handler(call -> json(call, 200, admin.status()));
        router.get("/admin/tenants").handler(call -> when(call, admin.tenants(), tenants -> json(call, 200, tenants)));
        router.post("/admin/drain").handler(call -> {
            admin.drain();
            json(call, 202, admin.status());
        });
        router.delete("/admin/drain").handler(call -> {
            if (admin.stay()) {
                json(call, 200, admin.status());
            } else {
                Answers.refuse(call, ErrorCode.TOO_LATE, "the node is not draining, or is leaving already");
            }
        });
        router.get("/admin/archive").handler(call -> archive(call, 200, admin.archive()));
        router.post("/admin/archive/hand-over")
                .handler(call -> when(call, admin.handOver(true), status -> archive(call, 202, status)));
        router.delete("/admin/archive/hand-over")
                .handler(call -> when(call, admin.handOver(false), status -> archive(call, 200, status)));
        router.post("/admin/forget").handler(this::forget);
        router.post("/admin/partitions/:partition/release").handler(this::release);
        router.get("/admin/copies/:session").handler(this::copies);
        router.get("/admin/loggers").handler(call -> json(call, 200, admin.loggers()));
        router.put("/admin/loggers/:logger").handler(this::log);
        router.get("/admin/lost-and-found")
                .handler(call -> when(
                        call,
                        admin.lost(),
                        entries -> json(call, 200, new JsonObject().put("entries", new JsonArray(entries)))));
        router.get("/admin/lost-and-found/:entry")
                .handler(call -> when(
                        call,
                        admin.lost(parameter(call, "entry")),
                        found -> found.ifPresentOrElse(entry -> json(call, 200, entry), () -> noEntry(call))));
        router.delete("/admin/lost-and-found/:entry")
                .handler(call -> when(call, admin.discard(parameter(call, "entry")), there -> {
                    if (there) {
                        call.response().setStatusCode(204).end();
                    } else {
                        noEntry(call);
                    }
                }));
        new ConsoleRoutes(admin.console()).mount(router);
    }

    private static void archive(RoutingContext call, int status, Optional<JsonObject> there) {
        there.ifPresentOrElse(
                archive -> json(call, status, archive),
                () -> Answers.refuse(call, ErrorCode.WRONG_STATE, "this node has no archive"));
    }

    private void admit(RoutingContext call) {
        if (token.map(secret -> bears(call.request(), secret)).orElseGet(() -> isNear(call.request()))) {
            call.next();
        } else {
            Answers.refuse(
                    call,
                    ErrorCode.FORBIDDEN,
                    token.isPresent() ? "the admin token is missing or wrong" : "only from the node's own machine");
        }
    }

    private void admitReader(RoutingContext call) {
        if (metricsToken.filter(secret -> bears(call.request(), secret)).isPresent()) {
            call.next();
        } else {
            admit(call);
        }
    }

    private void metrics(RoutingContext call) {
        String accept = Optional.ofNullable(call.request().getHeader("Accept")).orElse("");
        when(call, admin.metrics(accept), page -> call.response()
                .putHeader("Content-Type", page.contentType())
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(Buffer.buffer(page.body())));
    }

    private static boolean bears(HttpServerRequest request, byte[] secret) {
        String given = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
        return given.startsWith(BEARER)
                && MessageDigest.isEqual(
                        secret, given.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isNear(HttpServerRequest request) {
        boolean passedOn =
                request.headers().contains("Forwarded") || request.headers().contains("X-Forwarded-For");
        Optional<InetAddress> from = Optional.ofNullable(request.remoteAddress())
                .map(address -> NetUtil.createInetAddressFromIpAddressString(address.hostAddress()));
        return !passedOn && from.filter(InetAddress::isLoopbackAddress).isPresent();
    }

    private void forget(RoutingContext call) {
        String node = "";
        try {
            Object given = new JsonObject(Bodies.text(call)).getValue("node");
            node = given instanceof String name ? name : "";
        } catch (DecodeException notJson) {
            Answers.refuse(call, ErrorCode.BAD_JSON, "the body is not a JSON object");
            return;
        }
        if (node.isEmpty()) {
            Answers.refuse(call, ErrorCode.BAD_FIELD, "node must be the name of the node that is gone");
            return;
        }
        when(call, admin.forget(node), view -> json(call, 200, view));
    }

    private void log(RoutingContext call) {
        try {
            Object level = new JsonObject(Bodies.text(call)).getValue("level", 0);
            if (level != null && !(level instanceof String)) {
                Answers.refuse(call, ErrorCode.BAD_FIELD, "level must be a text, or null for that of the logger above");
                return;
            }
            json(call, 200, admin.log(parameter(call, "logger"), Optional.ofNullable((String) level)));
        } catch (DecodeException notJson) {
            Answers.refuse(call, ErrorCode.BAD_JSON, "the body is not a JSON object");
        } catch (IllegalArgumentException refused) {
            Answers.refuse(call, ErrorCode.BAD_FIELD, String.valueOf(refused.getMessage()));
        }
    }

    private void release(RoutingContext call) {
        String given = parameter(call, "partition");
        if (!given.matches("[0-9]{1,6}")) {
            Answers.refuse(call, ErrorCode.BAD_FIELD, "a partition is a number");
            return;
        }
        when(call, admin.release(Integer.parseInt(given)), done -> json(call, 200, admin.status()));
    }

    private void copies(RoutingContext call) {
        String id = parameter(call, "session");
        if (!SessionKey.isValid(id)) {
            Answers.refuse(call, ErrorCode.SESSION_NOT_FOUND, "no such session");
            return;
        }
        when(call, admin.copies(new SessionKey(SessionKey.DEFAULT_TENANT, id)), outcome -> {
            switch (outcome) {
                case Outcome.Refused<JsonObject> refused -> Answers.refuse(call, refused);
                case Outcome.Done<JsonObject>(JsonObject copies) -> json(call, 200, copies);
            }
        });
    }

    private static String parameter(RoutingContext call, String name) {
        return Optional.ofNullable(call.pathParam(name)).orElse("");
    }

    private static void noEntry(RoutingContext call) {
        Answers.refuse(call, 404, ErrorCode.UNKNOWN_TYPE, "no such entry", java.util.Map.of());
    }

    private static <T> void when(RoutingContext call, Future<T> work, Consumer<T> done) {
        work.onSuccess(done::accept).onFailure(why -> {
            if (why instanceof IllegalArgumentException) {
                Answers.refuse(call, ErrorCode.BAD_FIELD, String.valueOf(why.getMessage()));
            } else {
                call.fail(why);
            }
        });
    }

    private static void json(RoutingContext call, int status, JsonObject body) {
        Answers.json(call, status, Buffer.buffer(body.encode()));
    }
}
