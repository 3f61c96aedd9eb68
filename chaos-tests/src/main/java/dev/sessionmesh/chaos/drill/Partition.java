package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.Network.Cut;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * Links between nodes are cut for longer than the failure detection takes, and healed, under load; clients reach every node all the
 * time. A node that saw the majority no more must refuse, the others must go on, and what was acknowledged by anybody must be there
 * afterwards.
 */
final class Partition implements Drill.Scenario {

    private static final Duration DETECTED_AFTER = Duration.ofSeconds(5);
    private static final Duration CUT_FOR = Duration.ofSeconds(15);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(15);
    private static final double REFUSES_MS = DETECTED_AFTER.toMillis() + 500;
    private static final double MERGED_MS = 10_000;
    /** Where nobody had the majority there is none before merged nodes are back. */
    private static final double TAKEN_MS = 20_000;

    private static final Duration MERGES_WITHIN = Duration.ofSeconds(60);

    private static final String MERGED = "heal to merged";
    private static final String LISTED = "one list again where no side had the majority";
    private static final String TAKEN = "first write again where no side had the majority";

    private static final String REFUSES = "a side without the majority acknowledges nothing, once that is noticed";
    private static final String ONE_SIDE = "the majority loses nobody but those who were cut off";
    private static final String BACK = "after the healing all are one cluster again";

    private final Shape shape;
    private final Map<String, Histogram> times = new LinkedHashMap<>();

    /** Who is cut off. */
    private enum CutOff {
        /** {@link #minority}. */
        MINORITY,
        /** For the cluster to settle. */
        SETTLED,
        /** The same, where the oldest member sees all. */
        SETTLED_BY_THE_OLDEST,
        /** No majority can talk to each other. */
        ALL
    }

    /** Which links are cut, and who is cut off by that. */
    record Shape(Function<List<Node>, List<Cut>> cuts, CutOff cutOff) {}

    Partition(Shape shape) {
        this.shape = shape;
    }

    /** The first is alone, the others are together; with five, the first two. */
    static Shape clean() {
        return new Shape(nodes -> Cut.between(numbers(minority(nodes)), numbers(majority(nodes))), CutOff.MINORITY);
    }

    /** The first hears the others and is not heard. */
    static Shape oneWay() {
        return new Shape(nodes -> Cut.oneWay(numbers(minority(nodes)), numbers(majority(nodes))), CutOff.MINORITY);
    }

    /** First and last don't see each other, the one between sees both: which of the two is left out is for the cluster to settle. */
    static Shape bridge() {
        return new Shape(
                nodes -> Cut.between(numbers(nodes.subList(0, 1)), numbers(nodes.subList(2, 3))), CutOff.SETTLED);
    }

    /** The same with the oldest, which is the first, between the two others. */
    static Shape bridgeOfTheOldest() {
        return new Shape(
                nodes -> Cut.between(numbers(nodes.subList(1, 2)), numbers(nodes.subList(2, 3))),
                CutOff.SETTLED_BY_THE_OLDEST);
    }

    /** Two, two and one of five: no side has the majority, and healing joins two sides before it joins all. */
    static Shape threeWays() {
        return new Shape(
                nodes -> {
                    List<Cut> cuts = new ArrayList<>();
                    cuts.addAll(Cut.between(numbers(nodes.subList(0, 2)), numbers(nodes.subList(2, 5))));
                    cuts.addAll(Cut.between(numbers(nodes.subList(2, 4)), numbers(nodes.subList(4, 5))));
                    return cuts;
                },
                CutOff.ALL);
    }

    /** Each of five sees the two beside it and nobody else: everybody sees a majority, no two the same. */
    static Shape ring() {
        return new Shape(
                nodes -> {
                    List<Cut> cuts = new ArrayList<>();
                    for (int i = 0; i < nodes.size(); i++) {
                        Node across = nodes.get((i + 2) % nodes.size());
                        cuts.addAll(Cut.between(numbers(List.of(nodes.get(i))), numbers(List.of(across))));
                    }
                    return cuts;
                },
                CutOff.ALL);
    }

    private static List<Node> minority(List<Node> nodes) {
        return nodes.subList(0, (nodes.size() - 1) / 2);
    }

    private static List<Node> majority(List<Node> nodes) {
        return nodes.subList((nodes.size() - 1) / 2, nodes.size());
    }

    static List<Integer> numbers(List<Node> nodes) {
        return nodes.stream().map(Lab::number).toList();
    }

    @Override
    public void play(Arena arena) {
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            // Another one is cut off each time, the oldest member first.
            List<Node> nodes = new ArrayList<>(arena.lab.nodes());
            Collections.rotate(nodes, 1 - round);
            play(arena, nodes);
        }
        times.forEach((name, histogram) -> arena.measures.add(targeted(Measure.of(name, histogram))));
    }

    private static Measure targeted(Measure measure) {
        return switch (measure.name()) {
            case MERGED -> measure.p99AtMost(MERGED_MS);
            case TAKEN -> measure.p99AtMost(TAKEN_MS);
            case LISTED -> measure;
            default -> measure.p99AtMost(REFUSES_MS);
        };
    }

    private void play(Arena arena, List<Node> nodes) {
        List<Node> cutOff = shape.cutOff() == CutOff.MINORITY ? minority(nodes) : List.of();
        List<Node> others = nodes.stream().filter(n -> !cutOff.contains(n)).toList();
        List<Probe> probes = (shape.cutOff() == CutOff.ALL ? nodes : cutOff)
                .stream().map(node -> Probe.of(arena, node)).toList();
        try {
            play(arena, nodes, cutOff, others, probes);
        } finally {
            probes.forEach(Probe::stop);
        }
        arena.awaitWhole();
        arena.expect(BACK, true, "");
        arena.goesOn(2);
    }

    private void play(Arena arena, List<Node> nodes, List<Node> cutOff, List<Node> others, List<Probe> probes) {
        Arena.pass(Duration.ofSeconds(2));
        long cutNs = System.nanoTime();
        List<Cut> cuts = shape.cuts().apply(nodes);
        switch (shape.cutOff()) {
            case MINORITY, SETTLED -> arena.cut(cuts, cutOff);
            case SETTLED_BY_THE_OLDEST -> arena.cut(Timings.CUT_BESIDE, cuts, List.of());
            case ALL -> arena.cut(Timings.CUT_ALL, cuts, nodes);
        }
        Arena.pass(CUT_FOR);
        if (!cutOff.isEmpty()) {
            membersDuring(arena, others, cutOff.size());
            arena.goesOnWithout(cutOff);
        }
        List<Node> leftOut = cutOff.isEmpty() ? withoutMajority(arena, nodes) : cutOff;
        long healNs = System.nanoTime();
        if (!cutOff.isEmpty()) {
            probes.forEach(probe -> judge(arena, probe, cutNs, healNs));
        }
        arena.heal(leftOut);
        List<Node> wentOn = new ArrayList<>(nodes);
        wentOn.removeAll(leftOut);
        comeBack(arena, nodes, leftOut, wentOn, healNs);
        arena.awaitMerged(leftOut, healNs);
        probes.stream()
                .mapToDouble(probe -> probe.firstMs("ok", healNs))
                .filter(ms -> ms >= 0 && wentOn.isEmpty())
                .min()
                .ifPresent(ms -> record(TAKEN, ms));
    }

    private static List<Node> withoutMajority(Arena arena, List<Node> nodes) {
        List<Node> without = nodes.stream()
                .filter(node -> !arena.cluster(node).getBoolean("quorum", false))
                .toList();
        arena.notes.add("without a majority at the end of the cut: "
                + without.stream().map(Node::name).collect(Collectors.joining(", ")));
        return without;
    }

    private static void membersDuring(Arena arena, List<Node> others, int gone) {
        for (Node node : others) {
            int members = arena.members(node);
            arena.expect(
                    ONE_SIDE,
                    members == others.size(),
                    node.name() + " counts " + members + " members while " + gone + " are cut off");
        }
    }

    private void judge(Arena arena, Probe probe, long cutNs, long healNs) {
        Waiting.until(
                "an answer of the cut-off side",
                ANSWERS_WITHIN,
                () -> probe.firstMs("no_quorum", cutNs) >= 0 || probe.lastOkMs(cutNs, healNs) >= 0,
                () -> "none");
        double last = probe.lastOkMs(cutNs, healNs);
        arena.expect(
                REFUSES,
                last <= REFUSES_MS,
                "a write that the cut-off side took was acknowledged " + last + " ms after the cut");
        if (last >= 0) {
            record("cut to the last acknowledgement of the cut-off side", last);
        }
        double first = probe.firstMs("no_quorum", cutNs);
        if (first >= 0) {
            record("cut to the first no_quorum", first);
        } else {
            arena.expect(REFUSES, false, "nothing was refused with no_quorum; answers: " + codes(probe, cutNs));
        }
        arena.notes.add("answers of the cut-off side during the cut: " + codes(probe, cutNs));
    }

    private static Map<String, Long> codes(Probe probe, long sinceNs) {
        return probe.answers().stream()
                .filter(answer -> answer.answeredNs() >= sinceNs)
                .collect(Collectors.groupingBy(Probe.Answer::code, Collectors.counting()));
    }

    /**
     * One cluster again: those that went on count everybody, or the others were merged and ended for that, to be started anew. Where nobody went on,
     * whoever takes the others in counts everybody.
     */
    private void comeBack(Arena arena, List<Node> nodes, List<Node> leftOut, List<Node> wentOn, long healNs) {
        Predicate<Node> countsAll = node -> arena.members(node) == nodes.size();
        Waiting.until(
                "all to be members of one cluster",
                MERGES_WITHIN,
                () -> wentOn.isEmpty()
                        ? nodes.stream().anyMatch(countsAll)
                        : wentOn.stream().allMatch(countsAll)
                                || !leftOut.isEmpty() && leftOut.stream().allMatch(node -> node.startedNs() > healNs),
                () -> nodes.stream()
                        .map(node -> node.name() + " counts " + arena.members(node))
                        .collect(Collectors.joining(", ")));
        double ms = Probe.ms(System.nanoTime() - healNs);
        if (wentOn.isEmpty()) {
            record(LISTED, ms);
        } else {
            record(MERGED, ms);
        }
    }

    private void record(String name, double ms) {
        times.computeIfAbsent(name, n -> new Histogram(TimeUnit.MINUTES.toMicros(10), 3))
                .recordValue(Math.round(ms * 1000));
    }
}
