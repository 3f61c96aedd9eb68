package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Limits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What an event makes of a state. It never refuses: the event has happened. */
final class Evolution {
    private final CallEvolution calls;

    Evolution(Limits limits) {
        this.calls = new CallEvolution(limits);
    }

    State evolve(State before, Event event, long at) {
        State moved = before.advanced(before.head() + event.span(), at);
        return evolved(moved, event, at).withAudit(before.audit().after(moved.head(), at, event));
    }

    private State evolved(State state, Event event, long at) {
        return switch (event) {
            case Event.InputAccepted input ->
                state.withCounters(state.counters().user());
            case Event.TurnReceived received ->
                state.withTurns(added(
                                state.turns(),
                                Turn.received(
                                        received.turn(), received.inputId(), received.by(), received.trace(), at)))
                        .withCounters(state.counters().turn(!received.replaces().isEmpty()));
            case Event.QueueReordered(List<String> order, var by) ->
                state.withTurns(state.turns().stream()
                        .sorted(Comparator.comparingInt(turn -> order.indexOf(turn.id())))
                        .toList());
            case Event.TurnRetracted retracted -> state;
            case Event.BranchSelected selected -> state;
            case Event.StepEnded ended -> state.mapTurn(ended.turn(), turn -> turn.stepped(ended.usage(), at));
            case Event.MessageSuperseded superseded ->
                state.mapTurn(superseded.turn(), turn -> turn.writing("", 0, at));
            case Event.TurnClaimed claimed ->
                state.mapTurn(
                        claimed.turn(),
                        turn -> turn.claimed(claimed.runEpoch(), claimed.runner(), next(turn, claimed.status()), at));
            case Event.TurnStatusChanged changed ->
                state.mapTurn(changed.turn(), turn -> turn.to(next(turn, changed.status()), at));
            case Event.Tokens tokens -> tokens(state, tokens, at);
            case Event.ToolCalled called -> calls.called(state, called, at);
            case Event.ApprovalRequested e -> calls.asking(state, e.callId(), Approval.requested(e, at, state.head()));
            case Event.ApprovalVoted e ->
                calls.approval(state, e.callId(), approval -> approval.voted(e.by().name(), at));
            case Event.ApprovalEdited e ->
                calls.approval(state, e.callId(), approval -> approval.edited(e.argumentsHash(), state.head()));
            case Event.ApprovalDelegated e -> calls.approval(state, e.callId(), approval -> approval.delegated(e.to()));
            case Event.ApprovalReminded e -> calls.approval(state, e.callId(), approval -> approval.reminded(e.no()));
            case Event.ApprovalEscalated e -> calls.approval(state, e.callId(), Approval::escalatedNow);
            case Event.ApprovalResolved resolved -> calls.resolved(state, resolved, at);
            case Event.ToolGranted e ->
                state.withGrants(added(state.grants(), new Grant(e.grant(), e.tool(), e.deciders(), e.by(), at)))
                        .withCounters(state.counters().grant());
            case Event.GrantRevoked e ->
                state.withGrants(state.grants().stream()
                        .filter(grant -> !grant.id().equals(e.grant()))
                        .toList());
            case Event.ToolClaimed e -> calls.claimed(state, e);
            case Event.ToolReleased e -> state.mapCall(e.callId(), ToolCall::released);
            case Event.ToolStarted(String callId) -> calls.to(state, callId, ToolCall.Status.STARTED, at);
            case Event.ToolDoubted e ->
                state.mapCall(e.callId(), call -> call.to(ToolCall.Status.IN_DOUBT, e.deadline()));
            case Event.ToolRetried e -> state.mapCall(e.callId(), call -> call.to(ToolCall.Status.READY, e.deadline()));
            case Event.ToolResulted resulted -> calls.resulted(state, resulted, at);
            case Event.Steered e ->
                state.mapTurn(e.turn(), turn -> turn.steering(added(turn.steers(), steering(e))))
                        .withCounters(state.counters().steer());
            case Event.SteerResolved e ->
                state.mapTurn(
                        e.turn(),
                        turn -> turn.steering(turn.steers().stream()
                                .filter(steer -> !steer.id().equals(e.steerId()))
                                .toList()));
            case Event.Forked(long history) -> state.forked(history);
            case Event.TurnEnded ended -> ended(state, ended, at);
        };
    }

    private static Turn.Steering steering(Event.Steered e) {
        return new Turn.Steering(e.steerId(), e.inputId(), e.inputId().isEmpty() ? "" : e.instruction(), e.actor());
    }

    private static State tokens(State state, Event.Tokens tokens, long at) {
        boolean opens = state.turn(tokens.turn())
                .filter(turn -> !turn.openMessage().equals(tokens.messageId()))
                .isPresent();
        State moved = state.mapTurn(
                tokens.turn(),
                turn -> turn.writing(tokens.messageId(), tokens.run().pieces(), at));
        State said = opens ? moved.withCounters(state.counters().message()) : moved;
        return tokens.run().isFolded() ? said.foldedTo(said.head()) : said;
    }

    private static State ended(State state, Event.TurnEnded ended, long at) {
        State over = state.mapTurn(ended.turn(), turn -> turn.ended(next(turn, ended.status()), ended.usage(), at));
        Spent spent = over.turn(ended.turn()).map(Turn::spent).orElse(Spent.NOTHING);
        return over.withTurns(withoutOlderEnded(ended.turn(), over.turns())).spending(spent);
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

    static <T> List<T> added(List<T> list, T element) {
        List<T> next = new ArrayList<>(list.size() + 1);
        next.addAll(list);
        next.add(element);
        return next;
    }
}
