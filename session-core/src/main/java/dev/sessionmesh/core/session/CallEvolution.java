package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Limits;
import java.util.List;
import java.util.function.UnaryOperator;

/** What the events of tool calls and their approvals make of a state. */
final class CallEvolution {
    private final Limits limits;

    CallEvolution(Limits limits) {
        this.limits = limits;
    }

    State called(State state, Event.ToolCalled called, long at) {
        List<ToolCall> calls = Evolution.added(state.calls(), ToolCall.called(called));
        for (int i = 0; calls.size() > limits.callsRemembered() && i < calls.size(); ) {
            if (calls.get(i).open()) {
                i++;
            } else {
                calls.remove(i);
            }
        }
        return state.withCalls(calls)
                .mapTurn(called.turn(), turn -> turn.calling(at))
                .withCounters(state.counters().call());
    }

    State asking(State state, String callId, Approval approval) {
        return state.mapCall(callId, call -> call.asking(approval));
    }

    State approval(State state, String callId, UnaryOperator<Approval> change) {
        return state.mapCall(callId, call -> call.approval()
                .map(approval -> call.asking(change.apply(approval)))
                .orElse(call));
    }

    State resolved(State state, Event.ApprovalResolved resolved, long at) {
        return state.mapCall(
                resolved.callId(),
                call -> resolved.decision() == ToolCall.Decision.APPROVED
                        ? call.approved(resolved.by(), at, at + resultWait(call))
                        : call.declined(resolved.decision(), resolved.by(), at));
    }

    State claimed(State state, Event.ToolClaimed e) {
        return state.mapCall(
                e.callId(), call -> call.claimed(new ToolCall.Claim(e.claimant(), e.by(), 0, e.until()), e.claim()));
    }

    State to(State state, String callId, ToolCall.Status status, long at) {
        return progressed(state.mapCall(callId, call -> call.to(status, call.deadline())), callId, at);
    }

    State resulted(State state, Event.ToolResulted resulted, long at) {
        return progressed(
                state.mapCall(resulted.callId(), call -> call.open() ? call.settled(resulted.by(), at) : call),
                resulted.callId(),
                at);
    }

    private static State progressed(State state, String call, long at) {
        return state.call(call)
                .map(found -> state.mapTurn(found.turn(), turn -> turn.progressed(at)))
                .orElse(state);
    }

    /** How long an approved call may wait for its result. */
    private long resultWait(ToolCall call) {
        return switch (call.executor()) {
            case CLIENT -> limits.toolWait().toMillis();
            case SERVER -> limits.stall().toMillis();
        };
    }
}
