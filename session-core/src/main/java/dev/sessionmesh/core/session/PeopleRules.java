package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What people may do to a session: talk, decide, cancel, steer, bring results. */
final class PeopleRules {
    private static final int OPEN_STEERS = 8;
    private final Limits limits;

    PeopleRules(Limits limits) {
        this.limits = limits;
    }

    Decision input(Draft draft, Envelope envelope, Command.Input input) {
        InputPolicy policy = input.policy().orElse(draft.state().profile().inputPolicy());
        List<Turn> active = draft.state().turns().stream().filter(Turn::active).toList();
        if (!active.isEmpty()) {
            switch (policy) {
                case ENQUEUE -> {
                    if (active.size() > limits.turnsQueued()) {
                        return Decision.refuse(
                                ErrorCode.QUEUE_FULL, limits.turnsQueued() + " turns are waiting already");
                    }
                }
                case REJECT -> {
                    return Decision.refuse(
                            ErrorCode.TURN_ACTIVE, "turn " + active.getFirst().id() + " is running");
                }
                case INTERRUPT ->
                    active.forEach(turn -> cancel(draft, turn, envelope.origin().actor(), "interrupted"));
            }
        }
        String turn = "t" + (draft.state().counters().turns() + 1);
        String message = "u" + (draft.state().counters().users() + 1);
        String id = envelope.id().text();
        draft.emit(new Event.InputAccepted(
                message, id, turn, input.text(), envelope.origin().actor()));
        draft.emit(new Event.TurnReceived(turn, id));
        return draft.accept();
    }

    Decision decide(Draft draft, Envelope envelope, Command.Decide decide) {
        Optional<ToolCall> found = draft.state().call(decide.callId());
        if (found.isEmpty()) {
            return unknownCall(draft.state(), decide.callId());
        }
        ToolCall call = found.get();
        if (call.status() != ToolCall.Status.AWAITING_APPROVAL) {
            return call.decision() == ToolCall.Decision.NONE
                    ? Decision.refuse(ErrorCode.WRONG_STATE, "call " + call.id() + " needs no approval")
                    : decided(call);
        }
        Actor by = envelope.origin().actor();
        ToolCall.Decision made = decide.approve() ? ToolCall.Decision.APPROVED : ToolCall.Decision.REJECTED;
        draft.emit(new Event.ApprovalResolved(call.id(), made, by, decide.reason()));
        if (!decide.approve()) {
            draft.emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.REJECTED, Payload.of(decide.reason()), by));
        }
        draft.settleStatus(call.turn());
        return draft.accept();
    }

    Decision toolResult(Draft draft, Envelope envelope, Command.ToolResult result) {
        Optional<ToolCall> found = draft.state().call(result.callId());
        if (found.isEmpty()) {
            return unknownCall(draft.state(), result.callId());
        }
        ToolCall call = found.get();
        if (!call.open()) {
            boolean declined =
                    call.decision() != ToolCall.Decision.NONE && call.decision() != ToolCall.Decision.APPROVED;
            return declined ? decided(call) : alreadyDecided(call.settledBy(), "settled", call.settledAt());
        }
        if (call.executor() != Executor.CLIENT || call.status() != ToolCall.Status.READY) {
            return Decision.refuse(ErrorCode.WRONG_STATE, "call " + call.id() + " does not wait for a result of yours");
        }
        draft.emit(new Event.ToolResulted(
                call.id(),
                result.ok() ? ToolCall.Outcome.OK : ToolCall.Outcome.ERROR,
                result.result(),
                envelope.origin().actor()));
        draft.settleStatus(call.turn());
        return draft.accept();
    }

    Decision cancel(Draft draft, Envelope envelope, Command.Cancel cancel) {
        Optional<Turn> found = target(draft.state(), cancel.turn());
        if (found.isEmpty()) {
            return noTurn(draft.state(), cancel.turn());
        }
        cancel(draft, found.get(), envelope.origin().actor(), "");
        return draft.accept();
    }

    Decision steer(Draft draft, Envelope envelope, Command.Steer steer) {
        Optional<Turn> found = target(draft.state(), steer.turn());
        if (found.isEmpty()) {
            return noTurn(draft.state(), steer.turn());
        }
        if (found.get().steers().size() >= OPEN_STEERS) {
            return Decision.refuse(ErrorCode.QUEUE_FULL, OPEN_STEERS + " instructions are waiting already");
        }
        String id = "s" + (draft.state().counters().steers() + 1);
        draft.emit(new Event.Steered(
                found.get().id(), id, steer.instruction(), envelope.origin().actor()));
        return draft.accept();
    }

    private static void cancel(Draft draft, Turn turn, Actor by, String reason) {
        draft.end(turn, TurnStatus.CANCELLED, "", reason, by, Usage.UNKNOWN);
    }

    private static Optional<Turn> target(State state, String turn) {
        return turn.isEmpty() ? state.current() : state.turn(turn).filter(Turn::active);
    }

    private static Decision noTurn(State state, String turn) {
        boolean ended = turn.isEmpty()
                ? state.counters().turns() > 0
                : givenOut(turn, 't', state.counters().turns());
        return ended
                ? Decision.refuse(ErrorCode.TOO_LATE, "the turn has ended")
                : Decision.refuse(ErrorCode.TURN_NOT_FOUND, "no such turn");
    }

    private static Decision unknownCall(State state, String call) {
        return givenOut(call, 'k', state.counters().calls())
                ? Decision.refuse(ErrorCode.TOO_LATE, "call " + call + " was settled long ago")
                : Decision.refuse(ErrorCode.CALL_NOT_FOUND, "no such call");
    }

    /** Whether an id was given out before, though nothing is known of it any more. */
    private static boolean givenOut(String id, char prefix, int count) {
        return id.matches(prefix + "[1-9][0-9]{0,8}") && Integer.parseInt(id.substring(1)) <= count;
    }

    private static Decision decided(ToolCall call) {
        String decision = call.decision().name().toLowerCase(Locale.ROOT);
        return alreadyDecided(call.decidedBy(), decision, call.decidedAt());
    }

    private static Decision alreadyDecided(Actor by, String decision, long at) {
        return new Decision.Refused(
                ErrorCode.ALREADY_DECIDED,
                by.name() + " was first",
                Map.of(
                        "decidedBy", by.name(),
                        "decision", decision,
                        "at", Instant.ofEpochMilli(at).toString()));
    }
}
