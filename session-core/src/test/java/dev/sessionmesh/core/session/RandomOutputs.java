package dev.sessionmesh.core.session;

import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.ApprovalTerms.OnExpiry;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import dev.sessionmesh.core.log.TokenRun;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What runners come up with. */
final class RandomOutputs {
    private static final long MINUTE = 60_000;
    private static final List<String> APPROVERS =
            List.of("role:lead", "role:boss", "user:alice", "user:bob", "user:carol");

    private final Dice dice;

    RandomOutputs(Dice dice) {
        this.dice = dice;
    }

    Output next(State state) {
        return switch (dice.roll(24)) {
            case 0, 1, 2, 3, 4, 5 -> new Output.Text(dice.pick(DeltaKind.values()), dice.roll(2), run());
            case 6, 7, 8, 9, 10, 11 -> call();
            case 12 -> new Output.CallRefused("tol", Payload.of("{}"), "no such tool");
            case 13, 14, 15 -> new Output.CallStarted(callId(state));
            case 16, 17, 18 -> new Output.CallFinished(callId(state), ToolCall.Outcome.OK, Payload.of("{}"));
            case 19, 20 ->
                new Output.SteerConsumed("s" + dice.roll(1 + state.counters().steers() + 1));
            case 21 -> new Output.StepEnded(usage());
            case 22 -> new Output.Supersede();
            default ->
                dice.once(2)
                        ? new Output.End(TurnStatus.COMPLETED, "", "", usage())
                        : new Output.End(TurnStatus.FAILED, "model_error", "it broke", usage());
        };
    }

    /** Mostly sensible; providers have said stranger things. */
    private Usage usage() {
        return switch (dice.roll(12)) {
            case 0, 1, 2 -> Usage.UNKNOWN;
            case 3 -> new Usage(Long.MAX_VALUE, 1);
            case 4 -> new Usage(-7, 3);
            default -> new Usage(dice.roll(30), dice.roll(30));
        };
    }

    private Output call() {
        boolean approval = dice.once(2);
        return new Output.Call(
                dice.pick("pay", "look", "mail"),
                Payload.of("{\"n\":" + dice.roll(4) + "}"),
                dice.pick(Executor.values()),
                dice.pick(ToolCall.Recovery.values()),
                dice.once(3) ? new Target(dice.pick("", Target.ASKER, "bob"), dice.pick("", "phone")) : Target.ANY,
                approval ? Optional.of(terms()) : Optional.empty());
    }

    private ApprovalTerms terms() {
        if (dice.once(3)) {
            return ApprovalTerms.DEFAULT;
        }
        boolean escalates = dice.once(2);
        return new ApprovalTerms(
                "because",
                1 + dice.roll(3),
                dice.once(3) ? List.of() : approvers(),
                dice.once(3),
                dice.once(2) ? 30 * MINUTE : 0,
                dice.pick(OnExpiry.values()),
                dice.once(2) ? 10 * MINUTE : 0,
                escalates ? 5 * MINUTE : 0,
                escalates ? approvers() : List.of());
    }

    private List<String> approvers() {
        return IntStream.rangeClosed(0, dice.roll(3))
                .mapToObj(i -> dice.pick(APPROVERS))
                .distinct()
                .toList();
    }

    private TokenRun run() {
        return TokenRun.of(IntStream.range(0, 1 + dice.roll(5))
                .mapToObj(i -> "x".repeat(dice.roll(4)))
                .toList());
    }

    private String callId(State state) {
        return state.calls().isEmpty() || dice.once(10)
                ? "k" + dice.roll(state.counters().calls() + 2)
                : dice.pick(state.calls()).id();
    }
}
