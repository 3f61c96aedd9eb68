package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Limits;
import java.util.Optional;

/** Nothing waits for ever: when the current turn is past what its state allows, it ends as expired, visibly. */
final class Deadlines {
    private final Limits limits;

    Deadlines(Limits limits) {
        this.limits = limits;
    }

    Decision expire(Draft draft) {
        Optional<Turn> current = draft.state().current();
        if (current.isPresent() && deadline(draft.state(), current.get()) <= draft.at()) {
            Turn turn = current.get();
            String reason = "nothing happened in time while " + turn.status().wire();
            draft.end(turn, TurnStatus.EXPIRED, "expired", reason, Actor.SYSTEM, Usage.UNKNOWN);
        }
        return draft.accept();
    }

    long next(State state) {
        return state.current().map(turn -> deadline(state, turn)).orElse(Long.MAX_VALUE);
    }

    private long deadline(State state, Turn turn) {
        return switch (turn.status()) {
            case RECEIVED -> state.lastAt() + limits.queueWait().toMillis();
            case IN_PROGRESS -> turn.progressAt() + limits.stall().toMillis();
            case AWAITING_INPUT -> turn.progressAt() + limits.approvalWait().toMillis();
            case AWAITING_APPROVAL, AWAITING_TOOL ->
                state.openCalls(turn.id()).stream()
                        .filter(ToolCall::waitsForPeople)
                        .mapToLong(ToolCall::deadline)
                        .min()
                        .orElse(Long.MAX_VALUE);
            case COMPLETED, FAILED, CANCELLED, EXPIRED -> Long.MAX_VALUE;
        };
    }
}
