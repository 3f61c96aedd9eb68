package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A seeded stream of acts: mostly sensible for the state they meet, sometimes late, stale, repeated, reordered or plain wrong. */
public final class RandomCommands {
    private static final int CLIENTS = 6;
    private static final long SECOND = 1_000;
    private static final long HOUR = 3_600_000;
    private static final List<Actor> PEOPLE = List.of(Words.ALICE, Words.BOB, Words.CAROL, Words.EVE);
    private static final List<Runner> RUNNERS = List.of(Words.N1, Words.N2);
    private static final InputPolicy[] REDO = {InputPolicy.ENQUEUE, InputPolicy.REJECT, InputPolicy.INTERRUPT};

    private final Dice dice;
    private final RandomDecisions decisions;
    private final RandomOutputs outputs;
    private final List<Act> past = new ArrayList<>();
    private final int[] numbers = new int[CLIENTS];

    public RandomCommands(long seed) {
        this.dice = new Dice(seed);
        this.decisions = new RandomDecisions(dice);
        this.outputs = new RandomOutputs(dice);
    }

    /** Every third stream has a budget. */
    public static Profile profile(long seed) {
        Budget.Bounds turn = new Budget.Bounds(90, 0, HOUR, 6);
        Budget.Bounds session = new Budget.Bounds(0, 600, 0, 20);
        Budget budget = seed % 3 == 0 ? new Budget(turn, session, 1_000_000, 2_000_000) : Budget.UNLIMITED;
        return new Profile("scripted:test", "", "", List.of(), Map.of(), InputPolicy.ENQUEUE, budget);
    }

    public Act next(State state) {
        Act act = past.isEmpty() || !dice.once(10) ? fresh(state) : repeated();
        past.add(act);
        return act;
    }

    private Act repeated() {
        Act old = dice.pick(past);
        return dice.once(4) ? old.withBody(old.bodyHash() + 1) : old;
    }

    private Act fresh(State state) {
        if (dice.roll(100) < 54) {
            Command command = asked(state);
            return new Act(id(), command.hashCode(), dice.pick(PEOPLE), roles(), later(), command);
        }
        return new Act(CommandId.NONE, 0, Actor.SYSTEM, List.of(), later(), internal(state));
    }

    private Command asked(State state) {
        return switch (dice.roll(32)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> new Command.Input(Payload.of("text " + dice.roll(14)), policy());
            case 8, 9 -> new Command.Cancel(anyTurn(state));
            case 10, 11, 12 -> new Command.Steer(anyTurn(state), "shorter");
            case 13, 14 -> new Command.Redo(anyTurn(state), words(), dice.pick(REDO));
            case 15 -> new Command.SelectBranch(anyTurn(state));
            case 16 -> new Command.Reorder(waiting(state), dice.once(2) ? "" : waiting(state));
            case 17 -> new Command.Withdraw(waiting(state));
            default ->
                state.calls().isEmpty() ? new Command.Input(Payload.of("go on"), policy()) : decisions.next(state);
        };
    }

    private Command internal(State state) {
        if (state.current().isEmpty() && !dice.once(4)) {
            return new Command.Expire();
        }
        int roll = dice.roll(46);
        if (roll < 12) {
            Turn turn = current(state);
            return new Command.Claim(
                    turn.id(), dice.near(turn.runEpoch()), dice.near((int) turn.beat()), dice.pick(RUNNERS));
        } else if (roll < 37) {
            return produce(state);
        } else if (roll < 40) {
            Turn turn = current(state);
            return new Command.Renew(turn.id(), dice.near(turn.runEpoch()));
        } else if (roll == 40 && !state.calls().isEmpty()) {
            return new Command.Doubt(List.of(state.calls().getLast().id()));
        }
        return new Command.Expire();
    }

    private Command produce(State state) {
        Turn turn = current(state);
        List<Output> some = IntStream.range(0, dice.roll(4))
                .mapToObj(i -> outputs.next(state))
                .toList();
        return new Command.Produce(turn.id(), dice.near(turn.runEpoch()), dice.near((int) turn.batchNo() + 1), some);
    }

    private Optional<Payload> words() {
        return dice.once(2) ? Optional.of(Payload.of("other words")) : Optional.empty();
    }

    private CommandId id() {
        if (dice.once(3)) {
            return CommandId.parse("free-" + dice.roll(200));
        }
        int client = dice.roll(CLIENTS);
        numbers[client] += dice.once(10) ? 2 : 1;
        int number = dice.once(8) ? Math.max(1, numbers[client] - dice.roll(8)) : numbers[client];
        return CommandId.parse(CommandId.newClient(Words.START + client, client) + ":" + number);
    }

    private List<String> roles() {
        return switch (dice.roll(4)) {
            case 0 -> List.of("lead");
            case 1 -> List.of("boss", "lead");
            default -> List.of();
        };
    }

    private Turn current(State state) {
        boolean other = dice.once(15) && !state.turns().isEmpty();
        return other
                ? dice.pick(state.turns())
                : state.current().orElseGet(() -> Turn.received("t" + (1 + dice.roll(9)), "none", Words.ALICE, "", 0));
    }

    private String anyTurn(State state) {
        return dice.once(2) ? "" : "t" + dice.roll(state.counters().turns() + 2);
    }

    private String waiting(State state) {
        List<Turn> queue = state.queue();
        return queue.isEmpty() || dice.once(6)
                ? "t" + dice.roll(state.counters().turns() + 2)
                : dice.pick(queue).id();
    }

    private Optional<InputPolicy> policy() {
        return dice.once(2) ? Optional.empty() : Optional.of(dice.pick(InputPolicy.values()));
    }

    private long later() {
        return switch (dice.roll(80)) {
            case 0 -> 25 * HOUR;
            case 1 -> HOUR;
            case 2, 3 -> 6 * 60 * SECOND;
            case 4 -> 16 * SECOND;
            case 5 -> -SECOND;
            default -> dice.below(SECOND);
        };
    }
}
