package dev.sessionmesh.server;

import dev.sessionmesh.cluster.Quorum;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.routing.SessionService;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.function.BiConsumer;

record HttpRoutes(String node, SessionService service, NodeHealth health, Members members, Quorum quorum, Limits limits)
        implements BiConsumer<Router, Hub> {
    @Override
    public void accept(Router router, Hub hub) {
        router.get("/health/ready").handler(c -> {
            var checks = health.ready();
            c.response().setStatusCode(checks.containsValue(false) ? 503 : 200).end(checks.toString());
        });
        router.post("/v1/sessions").handler(io.vertx.ext.web.handler.BodyHandler.create()).handler(c -> {
            JsonObject b = c.body().asJsonObject();
            service.create(Actor.ANONYMOUS, new SessionKey("default", b.getString("id")), Profile.ofModel(b.getString("model", "scripted")))
                    .onComplete(d -> c.response().end(d.succeeded() ? d.result().toString() : d.cause().toString()));
        });
        router.get("/v1/sessions/:id").handler(c -> service.view(Actor.ANONYMOUS, new SessionKey("default", c.pathParam("id")))
                .onComplete(d -> c.response().end(d.succeeded() ? d.result().toString() : d.cause().toString())));
    }
}
