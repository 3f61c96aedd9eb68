package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What people and their tabs do about tool calls. */
final class RandomDecisions {
    private static final List<String> TABS = List.of("tab1", "tab2", "tab3");

    private final Dice dice;

    RandomDecisions(Dice dice) {
        this.dice = dice;
    }

    Command next(State state) {
        return switch (dice.roll(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> decide(state);
            case 8 -> new Command.Delegate(waiting(state), dice.pick("alice", "bob", "carol", "eve"));
            case 9 ->
                new Command.RevokeGrant("g" + (1 + dice.roll(state.counters().grants() + 1)));
            case 10, 11, 12 -> new Command.ClaimTool(offered(state), tab(), dice.pick("", "phone", "desk"));
            case 13 -> new Command.BeatTool(offered(state), holder(state));
            case 14 -> new Command.ReleaseTool(offered(state), holder(state));
            case 15, 16, 17, 18 ->
                new Command.ToolResult(offered(state), dice.once(2), Payload.of("[]"), holder(state));
            default ->
                new Command.Settle(
                        call(state, call -> call.status() == ToolCall.Status.IN_DOUBT),
                        dice.pick(Command.Settle.Verdict.values()),
                        Payload.of("[]"));
        };
    }

    private Command decide(State state) {
        List<String> calls = new ArrayList<>(List.of(waiting(state)));
        while (dice.once(4)) {
            calls.add(waiting(state));
        }
        boolean approve = !dice.once(4);
        String now = state.call(calls.getFirst())
                .flatMap(ToolCall::approval)
                .map(Approval::argumentsHash)
                .orElse(Words.NO_ARGUMENTS);
        boolean edits = approve && calls.size() == 1 && dice.once(4);
        return new Command.Decide(
                calls,
                approve,
                "because",
                edits ? Optional.of(Payload.of("{\"n\":" + dice.roll(4) + "}")) : Optional.empty(),
                dice.once(3) ? dice.pick(now, now, Words.NO_ARGUMENTS) : "",
                approve && dice.once(6));
    }

    private String waiting(State state) {
        return call(state, call -> call.status() == ToolCall.Status.AWAITING_APPROVAL);
    }

    private String offered(State state) {
        return call(state, call -> call.executor() == Executor.CLIENT && call.status() == ToolCall.Status.READY);
    }

    /** Mostly one that this can be said of. */
    private String call(State state, Predicate<ToolCall> sensible) {
        List<ToolCall> some = state.calls().stream().filter(sensible).toList();
        if (!some.isEmpty() && !dice.once(6)) {
            return dice.pick(some).id();
        }
        return state.calls().isEmpty() || dice.once(4)
                ? "k" + dice.roll(state.counters().calls() + 2)
                : dice.pick(state.calls()).id();
    }

    /** Mostly the tab that holds something. */
    private String holder(State state) {
        List<String> holders = state.calls().stream()
                .flatMap(call -> call.claim().stream())
                .map(ToolCall.Claim::claimant)
                .toList();
        return holders.isEmpty() || dice.once(4) ? tab() : dice.pick(holders);
    }

    private String tab() {
        return dice.once(12) ? "" : dice.pick(TABS);
    }
}
