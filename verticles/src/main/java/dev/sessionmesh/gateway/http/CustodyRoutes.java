package dev.sessionmesh.gateway.http;

import dev.sessionmesh.codec.json.StateJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.custody.Custody;
import dev.sessionmesh.custody.Export;
import dev.sessionmesh.custody.Import;
import dev.sessionmesh.trace.About;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with sessions as a whole: they are found, erased, taken out and brought in. */
final class CustodyRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(CustodyRoutes.class);

    private final HttpApi.Kit kit;
    private final Custody custody;

    CustodyRoutes(HttpApi.Kit kit) {
        this.kit = kit;
        this.custody = kit.custody();
    }

    /** Those that meet all conditions of the address, the most recently changed first. */
    void find(RoutingContext call) {
        Identity.Caller caller = AccessRoutes.caller(call);
        Finding asked = Finding.of(call, caller.tenant());
        Answers.when(
                call,
                custody.find(caller.access(), asked.search(), asked.cursor(), asked.limit()),
                page -> Answers.json(call, 200, page.toBuffer()));
    }

    void erase(RoutingContext call, Identity.Caller caller, SessionKey key) {
        Answers.when(call, custody.erase(caller.access(), key), receipt -> Answers.json(call, 200, receipt.toBuffer()));
    }

    void export(RoutingContext call, Identity.Caller caller, SessionKey key) {
        Answers.when(call, custody.export(caller.access(), key), export -> {
            HttpServerResponse response = call.response();
            response.setChunked(true)
                    .putHeader("Content-Type", Custody.MEDIA_TYPE)
                    .putHeader("Content-Disposition", "attachment; filename=\"" + key.id() + ".ndjson\"")
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("X-Content-Type-Options", "nosniff");
            response.exceptionHandler(gone -> {});
            send(export, response);
        });
    }

    /** No more than a page waits for whoever reads slowly. */
    private void send(Export export, HttpServerResponse response) {
        custody.next(export)
                .onSuccess(page -> {
                    if (response.closed()) {
                        return;
                    }
                    if (page.isEmpty()) {
                        response.end();
                        return;
                    }
                    response.write(page.get());
                    if (response.writeQueueFull()) {
                        response.drainHandler(drained -> send(export, response));
                    } else {
                        send(export, response);
                    }
                })
                .onFailure(failure -> {
                    About.of(export.key()).warn(LOG).log("session was exported in part: {}", failure.toString());
                    // Without its last line nobody takes it for all of it, and without an end no client does.
                    response.reset();
                });
    }

    /** The body is read as it comes: it is longer than any other, and nothing else reads it. */
    void bring(RoutingContext call) {
        String type = Optional.ofNullable(call.request().getHeader("Content-Type"))
                .orElse("")
                .split(";", 2)[0]
                .strip();
        if (!type.equalsIgnoreCase(Custody.MEDIA_TYPE)) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "Content-Type is not " + Custody.MEDIA_TYPE);
        }
        // What it takes of the caller's bytes was counted when it was announced.
        long announced = Query.number("Content-Length", call.request().getHeader("Content-Length"), 0, Long.MAX_VALUE)
                .orElseThrow(() -> new BadRequestException(ErrorCode.BAD_FIELD, "Content-Length is missing"));
        if (announced > Import.BYTES_MOST) {
            throw new BadRequestException(
                    ErrorCode.TOO_LARGE, "an exported session has " + Import.BYTES_MOST + " bytes at most");
        }
        Optional<String> id = Optional.ofNullable(call.request().getParam("id")).filter(text -> !text.isEmpty());
        if (id.isPresent() && !SessionKey.isValid(id.get())) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "id is not one that a session may have");
        }
        if (kit.draining().getAsBoolean()) {
            refuse(call, new Outcome.Refused<>(ErrorCode.DRAINING, "this node takes no new work", java.util.Map.of()));
            return;
        }
        Identity.Caller caller = AccessRoutes.caller(call);
        switch (custody.bring(caller.access(), caller.tenant())) {
            case Outcome.Refused<Import> refused -> refuse(call, refused);
            case Outcome.Done<Import>(Import bringing) -> bring(call, caller.tenant(), id, bringing);
        }
    }

    private void bring(RoutingContext call, String tenant, Optional<String> id, Import bringing) {
        call.addEndHandler(done -> bringing.close());
        call.request().exceptionHandler(gone -> bringing.close());
        if (call.request().headers().contains("Expect", "100-continue", true)) {
            call.response().writeContinue();
        }
        call.request().handler(some -> {
            call.request().pause();
            custody.here(bringing.feed(some)).onFailure(call::fail).onSuccess(outcome -> {
                if (outcome instanceof Outcome.Refused<Boolean> refused) {
                    refuse(call, refused);
                } else {
                    call.request().resume();
                }
            });
        });
        call.request().endHandler(end -> finish(call, tenant, id, bringing));
    }

    private void finish(RoutingContext call, String tenant, Optional<String> id, Import bringing) {
        if (call.response().ended()) {
            return;
        }
        Future<Outcome<State>> brought = kit.usages().place(tenant).compose(place -> place.map(
                        room -> custody.here(bringing.finish(id)).onComplete(done -> {
                            if (done.failed() || done.result() instanceof Outcome.Refused<State>) {
                                room.giveBack();
                            }
                        }))
                .orElseGet(() -> Future.succeededFuture(Outcome.refused(
                        ErrorCode.TOO_MANY_SESSIONS, kit.usages().full(tenant).limit()))));
        Answers.when(call, brought, state -> {
            call.response().putHeader("Location", "/v1/sessions/" + state.key().id());
            Answers.json(
                    call,
                    201,
                    StateJson.session(state, new Conversation(), kit.limits().documentBytes()));
        });
    }

    /** Nobody waits for the rest of a body that is not wanted. */
    private static void refuse(RoutingContext call, Outcome.Refused<?> refused) {
        if (!call.response().ended()) {
            call.response().putHeader("Connection", "close");
            Answers.refuse(call, refused);
            call.request().handler(rest -> {}).resume();
        }
    }
}
