package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.TokenRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** A seeded stream of acts: mostly sensible for the state they meet, sometimes late, stale, repeated, reordered or plain wrong. */
public final class RandomCommands {
    private static final int CLIENTS = 6;
    private static final long SECOND = 1_000;
    private static final long HOUR = 3_600_000;
    private static final List<Actor> PEOPLE = List.of(Words.ALICE, Words.BOB);
    private static final List<Runner> RUNNERS = List.of(Words.N1, Words.N2);

    private final Random random;
    private final List<Act> past = new ArrayList<>();
    private final int[] numbers = new int[CLIENTS];

    public RandomCommands(long seed) {
        this.random = new Random(seed);
    }

    public Act next(State state) {
        Act act = past.isEmpty() || random.nextInt(10) > 0 ? fresh(state) : repeated();
        past.add(act);
        return act;
    }

    private Act repeated() {
        Act old = pick(past);
        return random.nextInt(4) == 0 ? old.withBody(old.bodyHash() + 1) : old;
    }

    private Act fresh(State state) {
        int roll = random.nextInt(100);
        Command command = command(state, roll);
        boolean people = roll < 42;
        return new Act(
                people ? id() : CommandId.NONE,
                people ? command.hashCode() : 0,
                people ? pick(PEOPLE) : Actor.SYSTEM,
                later(),
                command);
    }

    private Command command(State state, int roll) {
        if (roll < 14) {
            return new Command.Input(Payload.of("text " + roll), policy());
        } else if (roll < 24) {
            return new Command.Decide(callId(state), random.nextInt(3) > 0, "because");
        } else if (roll < 27) {
            return new Command.Cancel(anyTurn(state));
        } else if (roll < 32) {
            return new Command.Steer(anyTurn(state), "shorter");
        } else if (roll < 42) {
            return new Command.ToolResult(callId(state), random.nextBoolean(), Payload.of("[]"));
        } else if (roll < 57) {
            return claim(state);
        } else if (roll < 90) {
            return produce(state);
        } else if (roll < 95) {
            Turn turn = current(state);
            return new Command.Renew(turn.id(), near(turn.runEpoch()));
        }
        if (random.nextInt(4) == 0 && !state.calls().isEmpty()) {
            return new Command.Doubt(List.of(state.calls().getLast().id()));
        }
        return new Command.Expire();
    }

    private Command claim(State state) {
        Turn turn = current(state);
        return new Command.Claim(turn.id(), near(turn.runEpoch()), near((int) turn.beat()), pick(RUNNERS));
    }

    private Command produce(State state) {
        Turn turn = current(state);
        List<Output> outputs = IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> output(state))
                .toList();
        return new Command.Produce(turn.id(), near(turn.runEpoch()), near((int) turn.batchNo() + 1), outputs);
    }

    private Output output(State state) {
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> new Output.Text(pick(DeltaKind.values()), random.nextInt(2), run());
            case 6, 7, 8, 9, 10 -> Words.call("tool", pick(Executor.values()), random.nextInt(3) == 0);
            case 11, 12, 13 -> new Output.CallStarted(callId(state));
            case 14, 15, 16 -> new Output.CallFinished(callId(state), ToolCall.Outcome.OK, Payload.of("{}"));
            case 17, 18 ->
                new Output.SteerConsumed(
                        "s" + random.nextInt(1 + state.counters().steers() + 1));
            default ->
                random.nextBoolean()
                        ? new Output.End(TurnStatus.COMPLETED, "", "", new Usage(3, 4))
                        : new Output.End(TurnStatus.FAILED, "model_error", "it broke", Usage.UNKNOWN);
        };
    }

    private TokenRun run() {
        return TokenRun.of(IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(i -> "x".repeat(random.nextInt(4)))
                .toList());
    }

    private CommandId id() {
        if (random.nextInt(3) == 0) {
            return CommandId.parse("free-" + random.nextInt(200));
        }
        int client = random.nextInt(CLIENTS);
        numbers[client] += random.nextInt(10) == 0 ? 2 : 1;
        int number = random.nextInt(8) == 0 ? Math.max(1, numbers[client] - random.nextInt(8)) : numbers[client];
        return CommandId.parse(CommandId.newClient(Words.START + client, client) + ":" + number);
    }

    /** Mostly what it is, sometimes one beside it. */
    private int near(int value) {
        return random.nextInt(12) == 0 ? Math.max(0, value + random.nextInt(3) - 1) : value;
    }

    private Turn current(State state) {
        boolean other = random.nextInt(15) == 0 && !state.turns().isEmpty();
        return other
                ? pick(state.turns())
                : state.current().orElseGet(() -> Turn.received("t" + (1 + random.nextInt(9)), "none", Words.ALICE, 0));
    }

    private String anyTurn(State state) {
        return random.nextBoolean() ? "" : "t" + random.nextInt(state.counters().turns() + 2);
    }

    private String callId(State state) {
        return state.calls().isEmpty() || random.nextInt(10) == 0
                ? "k" + random.nextInt(state.counters().calls() + 2)
                : pick(state.calls()).id();
    }

    private Optional<InputPolicy> policy() {
        return switch (random.nextInt(10)) {
            case 0 -> Optional.of(InputPolicy.REJECT);
            case 1 -> Optional.of(InputPolicy.INTERRUPT);
            default -> Optional.empty();
        };
    }

    private long later() {
        return switch (random.nextInt(60)) {
            case 0 -> 25 * HOUR;
            case 1 -> HOUR;
            case 2 -> 6 * 60 * SECOND;
            case 3 -> -SECOND;
            default -> random.nextLong(SECOND);
        };
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
