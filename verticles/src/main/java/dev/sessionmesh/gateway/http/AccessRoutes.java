package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.Admission;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;

/** Asks each caller of {@code /v1} who he is, hands out tickets and takes credentials back. */
final class AccessRoutes {
    private static final String CALLER = "caller";

    private final Identity identity;

    AccessRoutes(Identity identity) {
        this.identity = identity;
    }

    /** Who calls, once {@link #identify} has let him through. */
    static Identity.Caller caller(RoutingContext call) {
        return Objects.requireNonNull(call.<Identity.Caller>get(CALLER), "nobody was identified");
    }

    void identify(RoutingContext call) {
        // Its body is read by a later handler, so it must not flow meanwhile.
        call.request().pause();
        identity.of(call.request())
                .onComplete(done -> call.request().resume())
                .onFailure(call::fail)
                .onSuccess(outcome -> {
                    switch (outcome) {
                        case Outcome.Done<Identity.Caller>(Identity.Caller caller) ->
                            call.put(CALLER, caller).next();
                        case Outcome.Refused<Identity.Caller> refused -> {
                            if (refused.code() == ErrorCode.UNAUTHORIZED) {
                                call.response().putHeader("WWW-Authenticate", "Bearer");
                            }
                            Answers.refuse(call, refused);
                        }
                    }
                });
    }

    static void mount(Router router, Admission admission) {
        router.post("/v1/tickets")
                .handler(call -> Answers.when(
                        call,
                        admission.ticket(caller(call).access()),
                        ticket -> json(
                                call,
                                201,
                                new JsonObject()
                                        .put("ticket", ticket.value())
                                        .put("expiresInMs", ticket.expiresInMs()))));
        router.post("/v1/revocations").handler(call -> {
            JsonObject what;
            try {
                what = new JsonObject(Bodies.text(call));
            } catch (DecodeException notJson) {
                Answers.refuse(call, ErrorCode.BAD_JSON, "the body is not a JSON object");
                return;
            }
            Answers.when(call, admission.revoke(caller(call).access(), what), done -> call.response()
                    .setStatusCode(204)
                    .end());
        });
    }

    private static void json(RoutingContext call, int status, JsonObject body) {
        Answers.json(call, status, Buffer.buffer(body.encode()));
    }
}
