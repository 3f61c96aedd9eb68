package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    String nextTurn() {
        return "t" + (state.counters().turns() + 1);
    }

    String nextUser() {
        return "u" + (state.counters().users() + 1);
    }

    /** @param replaces see {@link Event.TurnReceived}, and so for {@code trace} */
    void ask(String inputId, Payload text, Actor actor, String replaces, String trace) {
        String turn = nextTurn();
        emit(new Event.InputAccepted(nextUser(), inputId, turn, text, actor));
        emit(new Event.TurnReceived(turn, inputId, actor, replaces, false, trace));
    }

    /** Does nothing to a turn that has ended meanwhile: the end of one may be that of others. */
    void cancel(Turn turn, Actor by, String reason) {
        endActive(turn, TurnStatus.CANCELLED, "", reason, by);
    }

    /** Cancels it, and nothing of it was ever said. */
    void retract(Turn turn, Actor by, String reason) {
        cancel(turn, by, reason);
        emit(new Event.TurnRetracted(turn.id(), by));
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
            if (call.waitsForDecision()) {
                return TurnStatus.AWAITING_APPROVAL;
            }
            if (call.waitsForPeople()) {
                wanted = TurnStatus.AWAITING_TOOL;
            }
        }
        return wanted;
    }

    /** @param what the bound that was reached */
    void overspent(Turn turn, String what) {
        end(turn, TurnStatus.FAILED, ErrorCode.BUDGET_EXCEEDED.wire(), what, Actor.SYSTEM, Usage.UNKNOWN);
    }

    /**
     * Ends a turn with everything that hangs on it.
     *
     * @param last what its last step cost
     */
    void end(Turn turn, TurnStatus status, String code, String reason, Actor by, Usage last) {
        for (ToolCall call : state.openCalls(turn.id())) {
            closeCall(call, status, by);
        }
        List<Turn.Steering> unheard = turn(turn.id()).steers();
        for (Turn.Steering steer : unheard) {
            emit(new Event.SteerResolved(turn.id(), steer.id(), false, 0));
        }
        Spent spent = turn(turn.id()).spent();
        Optional<String> usedUp = Spending.sessionUsedUp(state, spent.ended(spent.total(last)));
        usedUp.ifPresent(what -> giveUpWaiting(turn.id(), what));
        emit(new Event.TurnEnded(turn.id(), turn.runEpoch(), status, code, reason, by, spent.total(last)));
        if (status != TurnStatus.CANCELLED && usedUp.isEmpty()) {
            unheard.stream()
                    .filter(steer -> !steer.inputId().isEmpty())
                    .forEach(steer -> ask(steer.inputId(), Payload.of(steer.text()), steer.actor(), "", turn.trace()));
        }
    }

    /** Nothing starts any more in a session that has used up its budget. They end before the one that used it: that ended last. */
    private void giveUpWaiting(String spender, String what) {
        Optional<Turn> waiting = nextWaiting(spender);
        while (waiting.isPresent()) {
            endActive(waiting.get(), TurnStatus.FAILED, ErrorCode.BUDGET_EXCEEDED.wire(), what, Actor.SYSTEM);
            waiting = nextWaiting(spender);
        }
    }

    private Optional<Turn> nextWaiting(String spender) {
        return state.queue().stream().filter(turn -> !turn.id().equals(spender)).findFirst();
    }

    private void endActive(Turn turn, TurnStatus status, String code, String reason, Actor by) {
        state.turn(turn.id())
                .filter(Turn::active)
                .ifPresent(active -> end(active, status, code, reason, by, Usage.UNKNOWN));
    }

    private void closeCall(ToolCall call, TurnStatus status, Actor by) {
        switch (call.status()) {
            case AWAITING_APPROVAL ->
                emit(new Event.ApprovalResolved(
                        call.id(),
                        status == TurnStatus.EXPIRED ? ToolCall.Decision.EXPIRED : ToolCall.Decision.CANCELLED,
                        by,
                        "",
                        call.approval().map(Approval::argumentsHash).orElse(""),
                        ""));
            case READY -> emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.CANCELLED, Payload.EMPTY, by));
            case STARTED, IN_DOUBT ->
                emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, by));
            case SETTLED -> throw new IllegalStateException("a settled call is not open");
        }
    }
}
