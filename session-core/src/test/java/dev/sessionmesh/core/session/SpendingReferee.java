package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Budget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Adds up what turns cost, and sees that none goes on beyond what it may. */
final class SpendingReferee {
    private static final class Bill {
        private long input;
        private long output;
        private long pieces;
        private long calls;
        private boolean known;
        private boolean started;

        long tokens() {
            return input + output + pieces;
        }

        long cost(Budget budget) {
            double input6 = (double) input * budget.inputPrice();
            double output6 = (double) (output + pieces) * budget.outputPrice();
            return (long) Math.ceil((input6 + output6) / 1e6);
        }
    }

    private final Budget budget;
    private final Map<String, Bill> bills = new HashMap<>();
    private final Set<String> ended = new HashSet<>();

    SpendingReferee(Budget budget) {
        this.budget = budget;
    }

    void happened(Event event) {
        switch (event) {
            case Event.TurnClaimed e -> bill(e.turn()).started = true;
            case Event.Tokens e -> bill(e.turn()).pieces += e.run().pieces();
            case Event.ToolCalled e -> called(e);
            case Event.StepEnded e -> {
                Bill bill = bill(e.turn());
                bill.known |= !e.usage().equals(Usage.UNKNOWN);
                bill.input += Math.max(0, e.usage().inputTokens());
                bill.output += e.usage().equals(Usage.UNKNOWN)
                        ? bill.pieces
                        : e.usage().outputTokens();
                bill.pieces = 0;
            }
            case Event.TurnEnded e -> ended(e);
            default -> {}
        }
    }

    private Bill bill(String turn) {
        return bills.computeIfAbsent(turn, first -> new Bill());
    }

    private void called(Event.ToolCalled e) {
        Bill bill = bill(e.turn());
        bill.calls++;
        within(budget.turn().toolCalls(), bill.calls - 1, "calls of the turn");
        within(budget.session().toolCalls(), sum(true).calls - 1, "calls of the session");
    }

    /** With the last step's count, which is not an event of its own, the total is what was counted and more. */
    private void ended(Event.TurnEnded e) {
        assertTrue(ended.add(e.turn()), "once");
        Bill bill = bill(e.turn());
        if (e.usage().equals(Usage.UNKNOWN)) {
            assertTrue(!bill.known || bill.input + bill.output == 0, "unknown is only what nobody counted");
            bill.output += bill.pieces;
        } else {
            assertTrue(e.usage().inputTokens() >= Math.min(Usage.MOST, bill.input), "a total of all steps");
            assertTrue(e.usage().outputTokens() >= Math.min(Usage.MOST, bill.output), "a total of all steps");
            bill.input = e.usage().inputTokens();
            bill.output = e.usage().outputTokens();
        }
        bill.pieces = 0;
    }

    /** Nothing that has used up what it may is still running, so that one batch is all that may be beyond. */
    void agrees(State state) {
        for (Turn turn : state.turns()) {
            Bill bill = bill(turn.id());
            if (turn.active() && bill.started) {
                within(budget.turn().tokens(), bill.tokens(), "tokens of " + turn.id());
                within(budget.turn().cost(), bill.cost(budget), "costs of " + turn.id());
                within(budget.session().tokens(), sum(true).tokens(), "tokens of the session");
                within(budget.session().cost(), sum(true).cost(budget), "costs of the session");
            }
        }
        Bill spent = sum(false);
        assertEquals(Math.min(Usage.MOST, spent.input), state.spent().inputTokens(), "input tokens of ended turns");
        assertEquals(Math.min(Usage.MOST, spent.output), state.spent().outputTokens(), "output tokens of ended turns");
        assertEquals(spent.calls, state.spent().toolCalls(), "calls of ended turns");
    }

    private Bill sum(boolean running) {
        Bill sum = new Bill();
        bills.forEach((turn, bill) -> {
            if (running || ended.contains(turn)) {
                sum.input += bill.input;
                sum.output += bill.output;
                sum.pieces += bill.pieces;
                sum.calls += bill.calls;
            }
        });
        return sum;
    }

    private static void within(long bound, long value, String what) {
        assertTrue(bound == 0 || value < bound, () -> value + " " + what + ", where " + bound + " are allowed");
    }
}
