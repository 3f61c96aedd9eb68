package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import java.util.ArrayList;
import java.util.List;

/** A decision in the making: later parts of it see what earlier parts did. */
final class Draft {
    private final List<Event> events = new ArrayList<>(4);
    private final long at;
    private final Evolution evolution;
    private State state;

    Draft(State state, long at, Evolution evolution) {
        this.state = state;
        this.at = at;
        this.evolution = evolution;
    }

    State state() {
        return state;
    }

    long at() {
        return at;
    }

    void emit(Event event) {
        events.add(event);
        state = evolution.evolve(state, event, at);
    }

    Decision accept() {
        return new Decision.Accepted(events);
    }

    Turn turn(String id) {
        return state.turn(id).orElseThrow();
    }

    /** Puts the turn into the state that its open calls ask for. */
    void settleStatus(String turnId) {
        Turn turn = turn(turnId);
        TurnStatus wanted = wanted(turnId);
        if (turn.active() && turn.status() != TurnStatus.RECEIVED && turn.status() != wanted) {
            emit(new Event.TurnStatusChanged(turnId, turn.runEpoch(), wanted));
        }
    }

    TurnStatus wanted(String turnId) {
        TurnStatus wanted = TurnStatus.IN_PROGRESS;
        for (ToolCall call : state.openCalls(turnId)) {
            if (call.status() == ToolCall.Status.AWAITING_APPROVAL) {
                return TurnStatus.AWAITING_APPROVAL;
            }
            if (call.status() == ToolCall.Status.READY && call.executor() == Executor.CLIENT) {
                wanted = TurnStatus.AWAITING_TOOL;
            }
        }
        return wanted;
    }

    /** Ends a turn with everything that hangs on it. */
    void end(Turn turn, TurnStatus status, String code, String reason, Actor by, Usage usage) {
        for (ToolCall call : state.openCalls(turn.id())) {
            closeCall(call, status, by);
        }
        for (String steer : turn(turn.id()).steers()) {
            emit(new Event.SteerResolved(turn.id(), steer, false));
        }
        emit(new Event.TurnEnded(turn.id(), turn.runEpoch(), status, code, reason, by, usage));
    }

    private void closeCall(ToolCall call, TurnStatus status, Actor by) {
        switch (call.status()) {
            case AWAITING_APPROVAL ->
                emit(new Event.ApprovalResolved(
                        call.id(),
                        status == TurnStatus.EXPIRED ? ToolCall.Decision.EXPIRED : ToolCall.Decision.CANCELLED,
                        by,
                        ""));
            case READY -> emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.CANCELLED, Payload.EMPTY, by));
            case STARTED -> emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, by));
            case SETTLED -> throw new IllegalStateException("a settled call is not open");
        }
    }
}
