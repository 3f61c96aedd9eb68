package dev.sessionmesh.gateway.http;

import dev.sessionmesh.console.Console;
import dev.sessionmesh.console.DrillReports;
import dev.sessionmesh.console.SessionQuery;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The part of {@code /admin} that tells of the whole cluster, whichever node is asked. Behind {@link AdminRoutes}, which lets operators in. */
final class ConsoleRoutes {
    /** What a session's turn that runs or is next may be; one that has ended leaves it idle. */
    private static final Set<String> STATES =
            Set.of("idle", "received", "in_progress", "awaiting_approval", "awaiting_tool", "awaiting_input");

    private final Console console;

    ConsoleRoutes(Console console) {
        this.console = console;
    }

    void mount(Router router) {
        router.get("/admin/mesh").handler(call -> when(call, console.mesh(), mesh -> json(call, 200, mesh)));
        router.get("/admin/timeline").handler(call -> when(call, console.timeline(), line -> json(call, 200, line)));
        router.get("/admin/delivery").handler(call -> when(call, console.delivery(), how -> json(call, 200, how)));
        router.get("/admin/config").handler(call -> when(call, console.config(), all -> json(call, 200, all)));
        router.get("/admin/sessions")
                .handler(call -> when(call, console.sessions(query(call)), page -> json(call, 200, page)));
        router.post("/admin/nodes/:node/drain").handler(call -> told(call, console.drain(part(call, "node")), 202));
        router.delete("/admin/nodes/:node/drain").handler(call -> told(call, console.stay(part(call, "node")), 200));
        router.get("/admin/drills").handler(this::drills);
        router.get("/admin/drills/:report").handler(this::drill);
        router.get("/admin/drills/:report/page").handler(this::page);
    }

    private static SessionQuery query(RoutingContext call) {
        Optional<String> tenant = given(call, "tenant");
        String prefix = given(call, "prefix").orElse("");
        String after = given(call, "after").orElse("");
        Optional<String> state = given(call, "state");
        if (tenant.filter(name -> !SessionKey.isValid(name)).isPresent()) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "tenant is not the name of one");
        }
        if (!prefix.isEmpty() && !SessionKey.isValid(prefix)) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "prefix is not the beginning of an id");
        }
        if (state.filter(word -> !STATES.contains(word)).isPresent()) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "state is none of " + String.join(", ", STATES));
        }
        String[] place = after.split("/", 2);
        if (!after.isEmpty() && !(place.length == 2 && SessionKey.isValid(place[0]) && SessionKey.isValid(place[1]))) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "after is not the next of a page before");
        }
        return new SessionQuery(
                tenant,
                prefix,
                state,
                given(call, "waiting").filter("true"::equals).isPresent(),
                after,
                Query.limit(call, SessionQuery.LIMIT, SessionQuery.LIMIT_MOST));
    }

    private static Optional<String> given(RoutingContext call, String name) {
        @Nullable String text = call.request().getParam(name);
        return Optional.ofNullable(text).filter(value -> !value.isEmpty());
    }

    private void told(RoutingContext call, Future<Optional<JsonObject>> answer, int status) {
        answer.onSuccess(said -> {
                    if (said.isEmpty()) {
                        Answers.refuse(call, 404, ErrorCode.UNKNOWN_TYPE, "no node of this name", Map.of());
                    } else if (said.get().getBoolean("done")) {
                        json(
                                call,
                                status,
                                new JsonObject()
                                        .put("node", said.get().getString("node"))
                                        .put("phase", said.get().getString("phase")));
                    } else {
                        Answers.refuse(
                                call,
                                ErrorCode.TOO_LATE,
                                "the node is " + said.get().getString("phase"));
                    }
                })
                .onFailure(silent -> Answers.refuse(
                        call, ErrorCode.UNAVAILABLE, "the node did not answer; whether it heard is not known"));
    }

    private void drills(RoutingContext call) {
        Optional<DrillReports> reports = console.drills();
        Future<List<JsonObject>> list = reports.isPresent()
                ? call.vertx().executeBlocking(() -> reports.get().list(), false)
                : Future.succeededFuture(List.of());
        when(
                call,
                list,
                rows -> json(
                        call,
                        200,
                        new JsonObject().put("shown", reports.isPresent()).put("reports", new JsonArray(rows))));
    }

    private void drill(RoutingContext call) {
        String name = part(call, "report");
        Future<Optional<JsonObject>> report = console.drills().isPresent()
                ? call.vertx().executeBlocking(() -> console.drills().get().read(name), false)
                : Future.succeededFuture(Optional.empty());
        when(call, report, found -> found.ifPresentOrElse(content -> json(call, 200, content), () -> noReport(call)));
    }

    private void page(RoutingContext call) {
        String name = part(call, "report");
        Future<Optional<byte[]>> page = console.drills().isPresent()
                ? call.vertx().executeBlocking(() -> console.drills().get().page(name), false)
                : Future.succeededFuture(Optional.empty());
        when(
                call,
                page,
                found -> found.ifPresentOrElse(
                        html -> Answers.download(call, name + ".html", html), () -> noReport(call)));
    }

    private static void noReport(RoutingContext call) {
        Answers.refuse(call, 404, ErrorCode.UNKNOWN_TYPE, "no such report, or it is too large", Map.of());
    }

    private static String part(RoutingContext call, String name) {
        return Optional.ofNullable(call.pathParam(name)).orElse("");
    }

    private static <T> void when(RoutingContext call, Future<T> work, Consumer<T> done) {
        work.onSuccess(done::accept).onFailure(call::fail);
    }

    private static void json(RoutingContext call, int status, JsonObject body) {
        Answers.json(call, status, body.toBuffer());
    }
}
