package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.chaos.sim.Fault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A kind of bad day: how large the cluster is, and which faults a seed may have in store. */
enum Scenario {
    CALM("nothing goes wrong: nobody may even wait", 3, 1, 0),
    BUS(
            "messages between nodes are lost, doubled, late and out of order",
            3,
            1,
            4,
            Kind.BUS_DROP,
            Kind.BUS_TWICE,
            Kind.BUS_SLOW),
    COPIES(
            "changes, confirmations and answers are lost between owners and copies",
            3,
            1,
            4,
            Kind.COPY_LOST,
            Kind.CONFIRMATION_LOST,
            Kind.ANSWER_LOST,
            Kind.GRID_SLOW),
    CRASH(
            "nodes are killed at any moment, and in the middle of an append",
            3,
            1,
            4,
            Kind.CRASH,
            Kind.DIE_BEFORE_COPIES,
            Kind.DIE_AFTER_ONE_COPY,
            Kind.DIE_BEFORE_ANSWER),
    FREEZE("nodes stand still and wake up, some as zombies", 3, 1, 3, Kind.FREEZE, Kind.FREEZE, Kind.BUS_SLOW),
    FIVE(
            "two of five nodes at a time, with two backups",
            5,
            2,
            6,
            Kind.CRASH,
            Kind.CRASH,
            Kind.FREEZE,
            Kind.DIE_BEFORE_COPIES,
            Kind.DIE_AFTER_ONE_COPY,
            Kind.DIE_BEFORE_ANSWER,
            Kind.COPY_LOST),
    FENCE("turns run where their sessions no longer live, and their runners stand still", 3, 1, 0),
    SPLIT(
            "nodes are cut off from the others, both sides go on, and are merged",
            3,
            1,
            4,
            Kind.CUT,
            Kind.CUT,
            Kind.CUT,
            Kind.CUT,
            Kind.CUT,
            Kind.MOVE,
            Kind.CRASH,
            Kind.BUS_DROP,
            Kind.COPY_LOST,
            Kind.CONFIRMATION_LOST),
    DELETE(
            "sessions are deleted while all of it goes on",
            3,
            1,
            3,
            Kind.CRASH,
            Kind.BUS_DROP,
            Kind.COPY_LOST,
            Kind.CONFIRMATION_LOST,
            Kind.DIE_BEFORE_ANSWER),
    STORM("everything but cuts at once", 4, 2, 8, Kind.allBut(Kind.CUT));

    private static final long FIRST = 300 * Timeline.MILLI;
    private static final long LAST = 4 * Timeline.SECOND;

    private final String words;
    private final int nodes;
    private final int backups;
    private final int faults;

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    private final Kind[] kinds;

    Scenario(String words, int nodes, int backups, int faults, Kind... kinds) {
        this.words = words;
        this.nodes = nodes;
        this.backups = backups;
        this.faults = faults;
        this.kinds = kinds;
    }

    String words() {
        return words;
    }

    /** Whether a node may show its tabs what the others then don't have. */
    boolean cutsOff() {
        return List.of(kinds).contains(Kind.FREEZE) || List.of(kinds).contains(Kind.CUT);
    }

    int nodes() {
        return nodes;
    }

    int backups() {
        return backups;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Scenario> named(String name) {
        return List.of(values()).stream()
                .filter(scenario -> scenario.label().equals(name))
                .findFirst();
    }

    /** The one that a seed gets when none is named. */
    static Scenario of(long seed) {
        return values()[(int) Long.remainderUnsigned(seed, values().length)];
    }

    List<Fault> faults(Dice dice) {
        if (this == FENCE) {
            return stalledRunners(dice);
        }
        List<Fault> plan = new ArrayList<>();
        int count = faults == 0 ? 0 : 1 + dice.below(faults);
        for (int i = 0; i < count; i++) {
            Kind kind = kinds[dice.below(kinds.length)];
            long at = dice.between(FIRST, LAST);
            long lasts = lasts(kind, dice);
            boolean ofNode = isOfNode(kind);
            plan.add(new Fault(
                    i + 1, kind, at, lasts, ofNode ? dice.below(nodes) : -1, dice.below(60) + 10, dice.next()));
        }
        return plan;
    }

    /** A runner that stands still for longer than its lease and wakes before it is thrown out: only its epoch gives it away. */
    private static List<Fault> stalledRunners(Dice dice) {
        List<Fault> plan = new ArrayList<>();
        int node = dice.below(FENCE.nodes);
        long at = dice.between(FIRST, 2 * Timeline.SECOND);
        for (int i = 0; i < 2; i++) {
            plan.add(new Fault(2 * i + 1, Kind.MOVE, at, 0, node, 0, dice.next()));
            long stands = dice.between(3_300 * Timeline.MILLI, 4_800 * Timeline.MILLI);
            long from = at + dice.between(5, 120) * Timeline.MILLI;
            plan.add(new Fault(2 * i + 2, Kind.FREEZE, from, stands, node, 0, dice.next()));
            at += stands + dice.between(300, 900) * Timeline.MILLI;
            node = (node + 1) % FENCE.nodes;
        }
        return plan;
    }

    private static boolean isOfNode(Kind kind) {
        return switch (kind) {
            case CRASH, FREEZE, CUT, MOVE, DIE_BEFORE_COPIES, DIE_AFTER_ONE_COPY, DIE_BEFORE_ANSWER -> true;
            case BUS_DROP, BUS_TWICE, BUS_SLOW, COPY_LOST, CONFIRMATION_LOST, ANSWER_LOST, GRID_SLOW -> false;
        };
    }

    private static long lasts(Kind kind, Dice dice) {
        return switch (kind) {
            case FREEZE ->
                dice.chance(40)
                        ? dice.between(200 * Timeline.MILLI, 4 * Timeline.SECOND)
                        : dice.between(5_200 * Timeline.MILLI, 9 * Timeline.SECOND);
            case CUT ->
                dice.chance(20)
                        ? dice.between(200 * Timeline.MILLI, 4 * Timeline.SECOND)
                        : dice.between(6 * Timeline.SECOND, 9 * Timeline.SECOND);
            default -> dice.between(200 * Timeline.MILLI, 2 * Timeline.SECOND);
        };
    }
}
