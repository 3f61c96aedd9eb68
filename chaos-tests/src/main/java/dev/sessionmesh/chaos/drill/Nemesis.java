package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Network.Cut;
import dev.sessionmesh.chaos.lab.Node;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Faults that a seed chooses: the same seed, the same faults on the same nodes for the same times. */
final class Nemesis {

    private static final long SHORTEST_MS = 1_000;
    private static final long LONGEST_MS = 15_000;
    private static final int LOST_PERCENT = 20;

    /** What can be done to one node. */
    enum Act {
        KILL,
        STOP,
        FREEZE,
        /** By its control group. */
        FREEZE_WHOLE,
        CUT_OFF,
        CUT_DEAF,
        CUT_MUTE,
        LOSE_PACKETS
    }

    /** One step of the schedule. */
    record Step(Act act, int node, Duration time) {}

    private Nemesis() {}

    /** @param nodes how many there are to choose from */
    static List<Step> schedule(long seed, int steps, int nodes) {
        Random random = new Random(seed);
        return java.util.stream.IntStream.range(0, steps)
                .mapToObj(i -> new Step(
                        Act.values()[random.nextInt(Act.values().length)],
                        random.nextInt(nodes),
                        Duration.ofMillis(random.nextLong(SHORTEST_MS, LONGEST_MS))))
                .toList();
    }

    static void play(Arena arena) {
        List<Step> steps = schedule(
                arena.settings.seed(),
                arena.settings.rounds(),
                arena.lab.nodes().size());
        arena.notes.add("seed " + arena.settings.seed() + ": " + steps);
        arena.underLoad();
        for (Step step : steps) {
            Node victim = arena.lab.nodes().get(step.node());
            inflict(arena, step, victim);
            arena.awaitMerged(List.of(victim), System.nanoTime());
            arena.awaitWhole();
            arena.goesOn(1);
        }
    }

    private static void inflict(Arena arena, Step step, Node victim) {
        List<Integer> it = Partition.numbers(List.of(victim));
        List<Integer> others = Partition.numbers(
                arena.lab.nodes().stream().filter(n -> n != victim).toList());
        switch (step.act()) {
            case KILL -> {
                arena.kill(List.of(victim));
                Arena.pass(step.time());
                arena.restart(victim);
            }
            case STOP -> {
                arena.stopOrderly(victim);
                Arena.pass(step.time());
                arena.restart(victim);
            }
            case FREEZE -> {
                arena.freeze(victim);
                Arena.pass(step.time());
                arena.thaw(victim);
            }
            case FREEZE_WHOLE -> Freeze.byFreezer(arena, victim, () -> Arena.pass(step.time()));
            case CUT_OFF -> cut(arena, Cut.between(it, others), victim, step.time());
            case CUT_DEAF -> cut(arena, Cut.oneWay(others, it), victim, step.time());
            case CUT_MUTE -> cut(arena, Cut.oneWay(it, others), victim, step.time());
            case LOSE_PACKETS -> {
                arena.lose(Cut.between(it, others), LOST_PERCENT);
                Arena.pass(step.time());
                arena.heal();
            }
        }
    }

    private static void cut(Arena arena, List<Cut> cuts, Node victim, Duration time) {
        arena.cut(cuts, List.of(victim));
        Arena.pass(time);
        arena.heal();
    }
}
