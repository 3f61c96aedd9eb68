package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What each node went through: from the act that took something from it to the one that gave it back. */
final class NodeSpans {

    /** A stretch of time in which a node was {@code kind}. */
    record Span(String kind, long fromNs, long toNs) {}

    private final Map<String, List<Span>> lanes = new TreeMap<>();
    private final Map<String, Map<String, Long>> open = new HashMap<>();

    private NodeSpans() {}

    /** By node, also those that nothing happened to. */
    static Map<String, List<Span>> of(List<Entry> entries, long endNs) {
        NodeSpans spans = new NodeSpans();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Following e) {
                spans.lane(e.node());
            } else if (entry instanceof Entry.Nemesis act) {
                spans.nodes(act).forEach(node -> spans.done(act, node));
            }
        }
        spans.open.forEach(
                (node, kinds) -> List.copyOf(kinds.keySet()).forEach(kind -> spans.close(node, kind, endNs)));
        return spans.lanes;
    }

    private List<Span> lane(String node) {
        return lanes.computeIfAbsent(node, n -> new ArrayList<>());
    }

    /** A healing is one of all that something was done to, whomever it names. */
    private Set<String> nodes(Entry.Nemesis act) {
        if (act.act().equals(Timings.HEAL)) {
            return new HashSet<>(open.keySet());
        }
        return act.node().isEmpty() ? Set.of() : Set.of(act.node().split(","));
    }

    private void done(Entry.Nemesis act, String node) {
        long ns = act.at().ns();
        switch (act.act()) {
            case Timings.FREEZE -> begin(node, "frozen", ns);
            case Timings.CUT, Timings.CUT_ALL -> begin(node, "cut", ns);
            case Timings.LEFT -> begin(node, "gone", ns);
            case Timings.STOP -> begin(node, "down", ns);
            case Timings.THAW -> close(node, "frozen", ns);
            case Timings.HEAL -> close(node, "cut", ns);
            case Timings.JOINED -> close(node, "gone", ns);
            default -> {
                if (act.act().startsWith(Timings.KILL)) {
                    begin(node, "down", ns);
                } else if (act.act().startsWith(Timings.START)) {
                    close(node, "down", ns);
                }
            }
        }
    }

    private void begin(String node, String kind, long ns) {
        var unused = lane(node);
        open.computeIfAbsent(node, n -> new TreeMap<>()).putIfAbsent(kind, ns);
    }

    private void close(String node, String kind, long ns) {
        Long since = open.computeIfAbsent(node, n -> new TreeMap<>()).remove(kind);
        if (since != null) {
            lane(node).add(new Span(kind, since, ns));
        }
    }
}
