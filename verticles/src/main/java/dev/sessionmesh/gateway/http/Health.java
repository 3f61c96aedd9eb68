package dev.sessionmesh.gateway.http;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What an orchestrator asks: has it started, does it live, may it get work. Each names its checks and how they stand; they are called
 * on the event loop for every request and must answer at once.
 */
public record Health(
        Supplier<Map<String, Boolean>> started,
        Supplier<Map<String, Boolean>> live,
        Supplier<Map<String, Boolean>> ready) {

    void mount(Router router) {
        router.get("/health/started").handler(call -> answer(call, started));
        router.get("/health/live").handler(call -> answer(call, live));
        router.get("/health/ready").handler(call -> answer(call, ready));
    }

    private static void answer(RoutingContext call, Supplier<Map<String, Boolean>> checks) {
        Map<String, Boolean> rows = checks.get();
        boolean up = !rows.containsValue(false);
        JsonObject body = new JsonObject()
                .put("status", up ? "up" : "down")
                .put("checks", new JsonObject(new LinkedHashMap<>(rows)));
        Answers.json(call, up ? 200 : 503, body.toBuffer());
    }
}
