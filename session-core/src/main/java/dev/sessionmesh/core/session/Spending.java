package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Budget;
import java.util.Optional;

/** Holds what was spent against what may be. */
final class Spending {
    private Spending() {}

    /** Which of its bounds it has reached. */
    static Optional<String> exceeded(Budget.Bounds bounds, Budget budget, Spent spent) {
        if (reached(bounds.tokens(), spent.tokens())) {
            return Optional.of("tokens: " + bounds.tokens());
        }
        if (reached(bounds.cost(), budget.cost(spent.inputTokens(), spent.outputTokens() + spent.pieces()))) {
            return Optional.of("costs: " + bounds.cost());
        }
        return Optional.empty();
    }

    /** The same, asked before anything more is done. */
    static Optional<String> usedUp(Budget.Bounds bounds, Budget budget, Spent spent) {
        return reached(bounds.toolCalls(), spent.toolCalls())
                ? Optional.of("tool calls: " + bounds.toolCalls())
                : exceeded(bounds, budget, spent);
    }

    /** Which bound keeps a turn from making one more call. */
    static Optional<String> callsUsedUp(State state, Turn turn) {
        Budget budget = state.profile().budget();
        return usedUp(budget.turn(), budget, turn.spent()).or(() -> sessionUsedUp(state, turn.spent()));
    }

    /** What of the session's budget is used up, with what the turn that runs has spent. */
    static Optional<String> sessionUsedUp(State state, Spent running) {
        Budget budget = state.profile().budget();
        return usedUp(budget.session(), budget, state.spent().plus(running));
    }

    /** Which bound a turn has reached, its own or, with what ended turns spent, the session's. */
    static Optional<String> exceeded(State state, Turn turn) {
        Budget budget = state.profile().budget();
        return exceeded(budget.turn(), budget, turn.spent())
                .or(() -> exceeded(budget.session(), budget, state.spent().plus(turn.spent())));
    }

    /** When the time of a turn is over, in epoch milliseconds; {@link Long#MAX_VALUE} never. */
    static long deadline(State state, Turn turn) {
        Budget.Bounds bounds = state.profile().budget().turn();
        return bounds.millis() == 0 || turn.startedAt() == 0 ? Long.MAX_VALUE : turn.startedAt() + bounds.millis();
    }

    private static boolean reached(long bound, long value) {
        return bound > 0 && value >= bound;
    }
}
