package dev.sessionmesh.gateway.http;

import dev.sessionmesh.codec.json.ClientFrame;
import dev.sessionmesh.codec.json.ClientFrames;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Envelope;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;

/** Commands by HTTP: the same frames as on a WebSocket, one a request. */
final class CommandRoutes {
    private final HttpApi.Kit kit;

    CommandRoutes(HttpApi.Kit kit) {
        this.kit = kit;
    }

    void input(RoutingContext call, Identity.Caller caller, SessionKey key) {
        submit(call, caller, key, ClientFrames.parseAs("input", Bodies.text(call), kit.limits()));
    }

    void command(RoutingContext call, Identity.Caller caller, SessionKey key) {
        submit(call, caller, key, ClientFrames.parse(Bodies.text(call), kit.limits()));
    }

    private void submit(RoutingContext call, Identity.Caller caller, SessionKey key, ClientFrame frame) {
        switch (frame) {
            case ClientFrame.Invalid invalid -> Answers.refuse(call, invalid.code(), invalid.message());
            case ClientFrame.Attach attach -> refuse(call, "attach");
            case ClientFrame.Detach detach -> refuse(call, "detach");
            case ClientFrame.Ping ping -> refuse(call, "ping");
            case ClientFrame.Auth auth -> refuse(call, "auth");
            case ClientFrame.Presence presence -> refuse(call, "presence");
            case ClientFrame.Read read -> refuse(call, "read");
            case ClientFrame.Submit submit -> submit(call, caller, key, submit);
        }
    }

    private static void refuse(RoutingContext call, String type) {
        Answers.refuse(call, ErrorCode.UNKNOWN_TYPE, type + " is for WebSockets");
    }

    private void submit(RoutingContext call, Identity.Caller caller, SessionKey key, ClientFrame.Submit submit) {
        Optional<String> header = Optional.ofNullable(call.request().getHeader("Idempotency-Key"));
        if (submit.session().isPresent() && !submit.session().get().equals(key.id())) {
            Answers.refuse(call, ErrorCode.BAD_FIELD, "session is not the one of the address");
        } else if (header.isPresent() && !CommandId.isValid(header.get())) {
            Answers.refuse(call, ErrorCode.BAD_FIELD, "Idempotency-Key is not 1-128 characters of A-Za-z0-9._:-");
        } else if (header.isPresent() && submit.id().isPresent() && !header.equals(submit.id())) {
            Answers.refuse(call, ErrorCode.BAD_FIELD, "id and Idempotency-Key differ");
        } else if (startsTurn(submit.command()) && kit.draining().getAsBoolean()) {
            Answers.refuse(call, ErrorCode.DRAINING, "this node takes no new work");
        } else {
            String id = submit.id().or(() -> header).orElseGet(() -> "srv-" + UUID.randomUUID());
            submit(call, caller, key, id, submit);
        }
    }

    private static boolean startsTurn(Command command) {
        return command instanceof Command.Input || command instanceof Command.Redo;
    }

    private void submit(
            RoutingContext call, Identity.Caller caller, SessionKey key, String id, ClientFrame.Submit submit) {
        Envelope envelope = new Envelope(
                key,
                CommandId.parse(id),
                submit.bodyHash(),
                caller.origin(),
                kit.service().now(),
                0,
                submit.command());
        Answers.when(
                call,
                TracedCommand.submit(kit.service(), caller, envelope, submit.trace()),
                done -> Answers.json(
                        call, 202, ServerJson.accepted(id, done.from(), done.duplicate(), done.degraded())));
    }
}
