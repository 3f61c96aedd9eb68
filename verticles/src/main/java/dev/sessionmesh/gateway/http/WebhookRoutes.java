package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.webhook.Webhooks;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tenant's webhooks, and the keys that their receivers need. */
final class WebhookRoutes {
    /** Receivers may keep the keys for so long; a new one is published for longer before it signs. */
    private static final String KEYS_KEPT = "public, max-age=300";

    private final Webhooks webhooks;

    WebhookRoutes(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    /** The keys are for everybody, and so come before anybody is asked who he is. */
    void mountKeys(Router router) {
        router.get("/.well-known/jwks.json").handler(call -> call.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", KEYS_KEPT)
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(webhooks.publicKeys().toBuffer()));
    }

    void mount(Router router) {
        router.post("/v1/webhooks").handler(this::create);
        router.get("/v1/webhooks").handler(call -> {
            Identity.Caller caller = AccessRoutes.caller(call);
            Answers.when(call, webhooks.list(caller.access(), caller.tenant()), list -> json(call, 200, list));
        });
        router.get("/v1/webhooks/:id").handler(call -> {
            Identity.Caller caller = AccessRoutes.caller(call);
            Answers.when(
                    call, webhooks.get(caller.access(), caller.tenant(), id(call)), found -> json(call, 200, found));
        });
        router.put("/v1/webhooks/:id").handler(call -> {
            Identity.Caller caller = AccessRoutes.caller(call);
            Answers.when(
                    call,
                    webhooks.replace(caller.access(), caller.tenant(), id(call), body(call)),
                    now -> json(call, 200, now));
        });
        router.delete("/v1/webhooks/:id").handler(call -> {
            Identity.Caller caller = AccessRoutes.caller(call);
            Answers.when(call, webhooks.delete(caller.access(), caller.tenant(), id(call)), gone -> call.response()
                    .setStatusCode(204)
                    .end());
        });
        router.post("/v1/webhooks/:id/pause").handler(call -> {
            Identity.Caller caller = AccessRoutes.caller(call);
            Answers.when(call, webhooks.pause(caller.access(), caller.tenant(), id(call)), now -> json(call, 200, now));
        });
        router.post("/v1/webhooks/:id/resume").handler(call -> {
            Identity.Caller caller = AccessRoutes.caller(call);
            Answers.when(
                    call, webhooks.resume(caller.access(), caller.tenant(), id(call)), now -> json(call, 200, now));
        });
        router.post("/v1/webhooks/:id/replay").handler(this::replay);
    }

    private void create(RoutingContext call) {
        Identity.Caller caller = AccessRoutes.caller(call);
        Answers.when(call, webhooks.create(caller.access(), caller.tenant(), body(call)), made -> {
            if (made.fresh()) {
                call.response()
                        .putHeader("Location", "/v1/webhooks/" + made.webhook().getString("id"));
            }
            json(call, made.fresh() ? 201 : 200, made.webhook());
        });
    }

    private void replay(RoutingContext call) {
        Identity.Caller caller = AccessRoutes.caller(call);
        JsonObject asked = body(call);
        @Nullable Object session = asked.getValue("session");
        if (!(session instanceof String key) || !SessionKey.isValid(key)) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "session is not the id of one");
        }
        @Nullable Object after = asked.getValue("after");
        if (!(after instanceof Integer || after instanceof Long) || ((Number) after).longValue() < -1) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "after is not a whole number from -1");
        }
        Answers.when(
                call,
                webhooks.replay(caller.access(), caller.session(key), id(call), ((Number) after).longValue()),
                begun -> json(
                        call, 202, new JsonObject().put("session", key).put("after", ((Number) after).longValue())));
    }

    private static String id(RoutingContext call) {
        return Optional.ofNullable(call.pathParam("id")).orElse("");
    }

    private static JsonObject body(RoutingContext call) {
        try {
            return new JsonObject(Bodies.text(call));
        } catch (DecodeException notJson) {
            throw new BadRequestException(ErrorCode.BAD_JSON, "the body is not a JSON object");
        }
    }

    private static void json(RoutingContext call, int status, JsonObject body) {
        Answers.json(call, status, Buffer.buffer(body.encode()));
    }
}
