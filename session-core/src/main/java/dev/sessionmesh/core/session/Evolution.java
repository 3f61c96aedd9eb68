package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Limits;
import java.util.ArrayList;
import java.util.List;

/** What an event makes of a state. It never refuses: the event has happened. */
final class Evolution {
    private final Limits limits;

    Evolution(Limits limits) {
        this.limits = limits;
    }

    State evolve(State before, Event event, long at) {
        State state = before.advanced(before.head() + event.span(), at);
        State.Counters n = state.counters();
        return switch (event) {
            case Event.InputAccepted input ->
                state.withCounters(new State.Counters(n.users() + 1, n.messages(), n.turns(), n.calls(), n.steers()));
            case Event.TurnReceived(String turn, String inputId) ->
                state.withTurns(added(state.turns(), Turn.received(turn, inputId, at)))
                        .withCounters(
                                new State.Counters(n.users(), n.messages(), n.turns() + 1, n.calls(), n.steers()));
            case Event.TurnClaimed claimed ->
                state.mapTurn(
                        claimed.turn(),
                        turn -> turn.claimed(claimed.runEpoch(), claimed.runner(), next(turn, claimed.status()), at));
            case Event.TurnStatusChanged changed ->
                state.mapTurn(changed.turn(), turn -> turn.to(next(turn, changed.status()), at));
            case Event.Tokens tokens -> tokens(state, n, tokens, at);
            case Event.ToolCalled called -> called(state, n, called, at);
            case Event.ApprovalRequested requested -> state;
            case Event.ApprovalResolved(String callId, ToolCall.Decision decision, var by, String reason) ->
                state.mapCall(
                        callId,
                        call -> decision == ToolCall.Decision.APPROVED
                                ? call.approved(by, at, at + resultWait(call))
                                : call.declined(decision, by, at));
            case Event.ToolStarted(String callId) ->
                progressed(state.mapCall(callId, call -> call.to(ToolCall.Status.STARTED)), callId, at);
            case Event.ToolResulted resulted ->
                progressed(
                        state.mapCall(resulted.callId(), call -> call.open() ? call.settled(resulted.by(), at) : call),
                        resulted.callId(),
                        at);
            case Event.Steered steered ->
                state.mapTurn(steered.turn(), turn -> turn.steering(added(turn.steers(), steered.steerId())))
                        .withCounters(
                                new State.Counters(n.users(), n.messages(), n.turns(), n.calls(), n.steers() + 1));
            case Event.SteerResolved resolved ->
                state.mapTurn(
                        resolved.turn(),
                        turn -> turn.steering(turn.steers().stream()
                                .filter(id -> !id.equals(resolved.steerId()))
                                .toList()));
            case Event.Forked(long history) -> state.forked(history);
            case Event.TurnEnded ended ->
                state.withTurns(withoutOlderEnded(
                        ended.turn(),
                        state.mapTurn(ended.turn(), turn -> turn.to(next(turn, ended.status()), at)
                                        .writing("", at))
                                .turns()));
        };
    }

    private static State tokens(State state, State.Counters n, Event.Tokens tokens, long at) {
        boolean opens = state.turn(tokens.turn())
                .filter(turn -> !turn.openMessage().equals(tokens.messageId()))
                .isPresent();
        State moved = state.mapTurn(tokens.turn(), turn -> turn.writing(tokens.messageId(), at));
        return opens
                ? moved.withCounters(new State.Counters(n.users(), n.messages() + 1, n.turns(), n.calls(), n.steers()))
                : moved;
    }

    private State called(State state, State.Counters n, Event.ToolCalled called, long at) {
        List<ToolCall> calls = added(state.calls(), ToolCall.called(called));
        for (int i = 0; calls.size() > limits.callsRemembered() && i < calls.size(); ) {
            if (calls.get(i).open()) {
                i++;
            } else {
                calls.remove(i);
            }
        }
        return state.withCalls(calls)
                .mapTurn(called.turn(), turn -> turn.writing("", at))
                .withCounters(new State.Counters(n.users(), n.messages(), n.turns(), n.calls() + 1, n.steers()));
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

    /** Asserted always, also in production: an illegal transition is a bug that must not spread. */
    private static TurnStatus next(Turn turn, TurnStatus status) {
        if (turn.status() != status && !turn.status().mayBecome(status)) {
            throw new IllegalStateException(turn.id() + " cannot go from " + turn.status() + " to " + status);
        }
        return status;
    }

    /** The turn that ended last is kept, so that its runner's last batch can be repeated. */
    private static List<Turn> withoutOlderEnded(String justEnded, List<Turn> turns) {
        return turns.stream()
                .filter(turn -> turn.active() || turn.id().equals(justEnded))
                .toList();
    }

    private static <T> List<T> added(List<T> list, T element) {
        List<T> next = new ArrayList<>(list.size() + 1);
        next.addAll(list);
        next.add(element);
        return next;
    }
}
