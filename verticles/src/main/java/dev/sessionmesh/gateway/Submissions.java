package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.ClientFrame;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.gateway.http.Identity;
import dev.sessionmesh.gateway.http.TracedCommand;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.trace.About;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands of one connection that are under way. */
final class Submissions {
    private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);

    private final SessionService service;
    private final int unitChars;
    private final BooleanSupplier draining;
    private final Replies replies;
    private final Runnable answered;
    private int inFlight;

    /**
     * @param unitChars what is under way is bounded in bytes too: a frame counts once more for every so many characters
     * @param answered called when one was
     */
    Submissions(SessionService service, int unitChars, BooleanSupplier draining, Replies replies, Runnable answered) {
        this.service = service;
        this.unitChars = unitChars;
        this.draining = draining;
        this.replies = replies;
        this.answered = answered;
    }

    int inFlight() {
        return inFlight;
    }

    void submit(Identity.Caller caller, SessionKey key, ClientFrame.Submit submit, Claimant tab, int frameChars) {
        if (startsTurn(submit.command()) && draining.getAsBoolean()) {
            replies.refuse(ErrorCode.DRAINING, "this node takes no new work", submit.id(), Optional.of(key.id()));
            return;
        }
        CommandId id = submit.id().map(CommandId::parse).orElseGet(Submissions::ownId);
        int weight = 1 + frameChars / unitChars;
        inFlight += weight;
        Envelope envelope =
                new Envelope(key, id, submit.bodyHash(), caller.origin(), service.now(), 0, tab.sign(submit.command()));
        TracedCommand.submit(service, caller, envelope, submit.trace()).onComplete(done -> {
            inFlight -= weight;
            if (done.failed()) {
                About.of(key).error(LOG).setCause(done.cause()).log("a command failed");
                replies.refuse(ErrorCode.INTERNAL, "the command failed", submit.id(), Optional.of(key.id()));
            } else {
                answer(key, submit.id(), done.result());
            }
            answered.run();
        });
    }

    private static boolean startsTurn(Command command) {
        return command instanceof Command.Input || command instanceof Command.Redo;
    }

    private void answer(SessionKey key, Optional<String> id, Outcome<Appended> outcome) {
        switch (outcome) {
            case Outcome.Done<Appended>(Appended done) ->
                id.ifPresent(known ->
                        replies.send(ServerJson.ack(key, known, done.from(), done.duplicate(), done.degraded())));
            case Outcome.Refused<Appended> refused -> replies.refuse(refused, id, Optional.of(key.id()));
        }
    }

    /** For a command that came without an id: the mesh itself may have to repeat it. */
    private static CommandId ownId() {
        return new CommandId.FreeForm("srv-" + UUID.randomUUID());
    }
}
