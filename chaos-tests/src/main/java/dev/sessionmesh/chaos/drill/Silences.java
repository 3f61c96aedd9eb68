package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * How long tabs heard nothing while a member was frozen or cut off: of each tab that had just been told something, the longest pause
 * from the fault on, until it was lifted. Tabs of the affected nodes are counted apart; which these are may show only at the end.
 */
final class Silences {

    /** How the names of these measures begin. */
    static final String NAME = "longest silence";

    private static final long FRESH_NS = Duration.ofSeconds(4).toNanos();
    private static final long LONGEST_MS = 600_000;
    /** What the failure detection takes, and a takeover on top: the target of the issue. */
    private static final double TARGET_MS = 5_000 + 1_500;

    /** Two lose each other, and tell the oldest, which waits as long again before it believes that to last. */
    private static final double BESIDE_MS = 5_000 + TARGET_MS;

    private static final double HANDED_OVER_MS = 1_500;
    private static final double MOVED_P50_MS = 1_500;
    private static final double MOVED_P99_MS = 4_000;

    /** What goes on while it is listened. */
    private enum Occasion {
        FAULT,
        /** A cut between two that the oldest sees both. */
        BESIDE,
        /** Links lose packets: TCP waits longer with each one, and there is no telling how long. */
        LOSSY,
        /** An orderly leave. */
        LEAVING,
        /** Sessions move to another cluster. */
        MOVING
    }

    private static final class TabState {
        String node = "";
        String session = "";
        long lastNs = Long.MIN_VALUE;
        boolean counts;
        /** Where it was when the fault came. */
        String nodeBefore = "";

        long longest;
    }

    private final Map<Occasion, Histogram> others = new EnumMap<>(Occasion.class);
    private final Histogram affected = histogram();
    private final Map<String, TabState> tabs = new HashMap<>();
    private final Set<String> retired = new HashSet<>();
    /** The nodes that the fault hits, as far as is known. */
    private final Set<String> hit = new HashSet<>();

    private boolean open;
    private Occasion occasion = Occasion.FAULT;

    private Silences() {
        for (Occasion each : Occasion.values()) {
            others.put(each, histogram());
        }
    }

    private static Histogram histogram() {
        return new Histogram(TimeUnit.MILLISECONDS.toMicros(LONGEST_MS), 3);
    }

    private Measure measure(String when, Occasion which) {
        return Measure.of(NAME + when, others.getOrDefault(which, affected));
    }

    static List<Measure> measures(List<Entry> entries) {
        Silences silences = new Silences();
        entries.forEach(silences::add);
        return List.of(
                silences.measure(" during a fault, other tabs", Occasion.FAULT).p99AtMost(TARGET_MS),
                Measure.of(NAME + ", tabs of the affected nodes", silences.affected),
                silences.measure(" while two lose sight of each other but not of the oldest", Occasion.BESIDE)
                        .p99AtMost(BESIDE_MS),
                silences.measure(" while a node leaves in order", Occasion.LEAVING)
                        .p99AtMost(HANDED_OVER_MS),
                silences.measure(" while sessions move to another cluster", Occasion.MOVING)
                        .p50AtMost(MOVED_P50_MS)
                        .p99AtMost(MOVED_P99_MS),
                silences.measure(" while links lose packets", Occasion.LOSSY));
    }

    private void add(Entry entry) {
        long ns = entry.at().ns();
        switch (entry) {
            case Entry.Nemesis e -> {
                switch (e.act()) {
                    case Timings.FREEZE, Timings.CUT, Timings.CUT_ALL -> begin(named(e), ns);
                    case Timings.CUT_BESIDE -> {
                        begin(Set.of(), ns);
                        occasion = Occasion.BESIDE;
                    }
                    case Timings.COMMAND, Timings.OBSERVE -> begin(Set.of(), ns);
                    case Timings.LOSE -> {
                        begin(Set.of(), ns);
                        occasion = Occasion.LOSSY;
                    }
                    case Timings.STOP -> {
                        begin(Set.of(), ns);
                        occasion = Occasion.LEAVING;
                    }
                    case Timings.MOVE -> {
                        begin(Set.of(), ns);
                        occasion = Occasion.MOVING;
                    }
                    case Timings.HEAL -> {
                        hit.addAll(named(e));
                        end(ns);
                    }
                    case Timings.RETIRE -> {
                        retired.addAll(named(e));
                        tabs.values().removeIf(tab -> retired.contains(tab.session));
                    }
                    case Timings.THAW, Timings.GOES_ON, Timings.START, Timings.MOVED -> end(ns);
                    default -> {}
                }
            }
            case Entry.Following e -> {
                if (!retired.contains(e.session())) {
                    tab(e.process()).node = e.node();
                    tab(e.process()).session = e.session();
                }
            }
            case Entry.Received e -> {
                // A last answer may still be on its way.
                if (!retired.contains(e.session())) {
                    heard(tab(e.process()), ns);
                }
            }
            case Entry.Closed e -> tabs.remove(e.process());
            case Entry.Invoke _,
                    Entry.Ok _,
                    Entry.Fail _,
                    Entry.Info _,
                    Entry.Opened _,
                    Entry.Recovering _,
                    Entry.Lost _,
                    Entry.Violation _,
                    Entry.Ended _,
                    Entry.Vitals _ -> {}
        }
    }

    private TabState tab(String process) {
        return tabs.computeIfAbsent(process, p -> new TabState());
    }

    private static void heard(TabState tab, long ns) {
        tab.longest = Math.max(tab.longest, ns - tab.lastNs);
        tab.lastNs = ns;
    }

    private static Set<String> named(Entry.Nemesis act) {
        return act.node().isEmpty() ? Set.of() : Set.of(act.node().split(","));
    }

    private void begin(Set<String> nodes, long ns) {
        end(ns);
        open = true;
        occasion = Occasion.FAULT;
        hit.clear();
        hit.addAll(nodes);
        for (TabState tab : tabs.values()) {
            tab.counts = tab.lastNs != Long.MIN_VALUE && ns - tab.lastNs < FRESH_NS;
            tab.nodeBefore = tab.node;
            tab.longest = 0;
            tab.lastNs = tab.counts ? ns : tab.lastNs;
        }
    }

    private void end(long ns) {
        if (!open) {
            return;
        }
        open = false;
        // Where the tab that asks is affected, the others of its session have nothing to hear.
        Set<String> unasked = tabs.entrySet().stream()
                .filter(tab -> tab.getKey().endsWith(Workload.ASKING_TAB) && hit.contains(tab.getValue().nodeBefore))
                .map(tab -> tab.getValue().session)
                .collect(Collectors.toSet());
        for (TabState tab : new ArrayList<>(tabs.values())) {
            if (tab.counts) {
                long longest = Math.max(tab.longest, ns - tab.lastNs);
                boolean isAffected = hit.contains(tab.nodeBefore) || unasked.contains(tab.session);
                boolean hitToo = isAffected && occasion != Occasion.LEAVING && occasion != Occasion.MOVING;
                Histogram into = hitToo ? affected : others.getOrDefault(occasion, affected);
                into.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(longest), into.getHighestTrackableValue()));
                tab.counts = false;
            }
        }
    }
}
