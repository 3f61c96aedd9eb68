package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long clients waited, computed from a history afterwards. Tokens that were on their way when a node died say nothing about a
 * failover: "next token" is the first one behind the new runner's takeover.
 */
final class Timings {

    static final String KILL = "kill";
    static final String KILL_OLDEST = "kill oldest";
    /** A kill after which the cluster may not go on at once; nothing is measured. */
    static final String KILL_MAJORITY = "kill of a majority";

    /** A node was told to leave in order. */
    static final String STOP = "stop";

    static final String START = "start";
    static final String FREEZE = "freeze";
    static final String THAW = "thaw";
    /** Links were cut; the nodes named are those that lost sight of the majority. */
    static final String CUT = "cut";
    /** Links were cut so that no majority is left that could talk to each other. */
    static final String CUT_ALL = "cut without a majority";

    /** The links of two were cut that the oldest member still sees, which settles it; the node named at the healing is the one that had to go. */
    static final String CUT_BESIDE = "cut beside the oldest";

    /** Links lose some of what is said on them; beside the act stands how much. */
    static final String LOSE = "packet loss";

    static final String HEAL = "heal";

    /** In the sessions named nobody asks any more. */
    static final String RETIRE = "retire";

    /** A command was started that kills a node, nobody knows which. */
    static final String COMMAND = "kill by command";
    /** Somebody else may do something from now on. */
    static final String OBSERVE = "observe";
    /** A member that another one counted is no longer counted, and the opposite: seen from outside, by asking. */
    static final String LEFT = "left";

    static final String JOINED = "joined";
    /** Every session was answered again. */
    static final String GOES_ON = "went on";

    /** Sessions are moved to another cluster from here on, until they have been. */
    static final String MOVE = "move";

    static final String MOVED = "moved";

    /** The states in which a turn ends. */
    static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "expired");

    private static final long LONGEST_MS = 600_000;

    final Histogram nextToken = histogram();
    final Histogram nextTokenOldest = histogram();
    final Histogram nextTokenMovedTabs = histogram();
    final Histogram resume = histogram();
    final Histogram resumeOldest = histogram();
    final Histogram ack = histogram();
    private final Map<Long, Long> invokedNs = new HashMap<>();
    private final Map<String, TabState> tabs = new HashMap<>();
    private long commandNs = -1;

    private static final class TabState {
        String node = "";
        String turn = "";
        String runner = "";
        /** When the node died that this tab was connected to, or -1. */
        long lostNodeNs = -1;
        /** When the runner of this tab's turn died, and whether it was the oldest; cleared by the next token of a new runner. */
        long lostRunnerNs = -1;

        boolean takenOver;
        boolean moved;
        boolean oldest;
    }

    private Timings() {}

    private static Histogram histogram() {
        return new Histogram(TimeUnit.MILLISECONDS.toMicros(LONGEST_MS), 3);
    }

    static Timings of(List<Entry> entries) {
        Timings timings = new Timings();
        entries.forEach(timings::add);
        return timings;
    }

    List<Measure> measures() {
        return List.of(
                Measure.of("next token after a kill, surviving tabs", nextToken)
                        .p50AtMost(500)
                        .p99AtMost(1500),
                Measure.of("next token, oldest member killed", nextTokenOldest).p99AtMost(2500),
                Measure.of("next token, tabs of the killed node", nextTokenMovedTabs),
                Measure.of("tabs of a killed node resumed", resume).p99AtMost(2000),
                Measure.of("tabs of a killed oldest member resumed", resumeOldest)
                        .p99AtMost(2000),
                Measure.of("command to ack", ack));
    }

    private void add(Entry entry) {
        long ns = entry.at().ns();
        switch (entry) {
            case Entry.Nemesis e -> {
                if (e.act().equals(KILL) || e.act().equals(KILL_OLDEST)) {
                    tabs.values().forEach(tab -> died(tab, e.node(), e.act().equals(KILL_OLDEST), ns));
                } else if (e.act().equals(COMMAND)) {
                    commandNs = ns;
                    tabs.values().forEach(tab -> mayHaveLostItsRunner(tab, ns));
                }
            }
            case Entry.Following e -> following(tab(e.process()), e.node(), ns);
            case Entry.Received e -> received(tab(e.process()), e.seen(), ns);
            case Entry.Lost e -> {
                if (commandNs >= 0) {
                    tab(e.process()).lostNodeNs = commandNs;
                    tab(e.process()).moved = true;
                }
            }
            case Entry.Invoke e -> invokedNs.put(e.op(), ns);
            case Entry.Ok e -> record(ack, invokedNs.getOrDefault(e.op(), ns), ns);
            case Entry.Fail _,
                    Entry.Info _,
                    Entry.Opened _,
                    Entry.Recovering _,
                    Entry.Violation _,
                    Entry.Ended _,
                    Entry.Closed _,
                    Entry.Vitals _ -> {}
        }
    }

    private TabState tab(String process) {
        return tabs.computeIfAbsent(process, p -> new TabState());
    }

    private static void died(TabState tab, String node, boolean oldest, long ns) {
        if (tab.node.equals(node)) {
            tab.lostNodeNs = ns;
            tab.moved = true;
            tab.oldest = oldest;
        }
        if (tab.runner.equals(node)) {
            tab.lostRunnerNs = ns;
            tab.takenOver = false;
            tab.moved = tab.node.equals(node);
            tab.oldest = oldest;
        }
    }

    /** Of a node without a name: whether it was this tab's runner shows when its turn is taken over. */
    private static void mayHaveLostItsRunner(TabState tab, long ns) {
        tab.lostRunnerNs = ns;
        tab.takenOver = false;
        tab.moved = false;
        tab.oldest = false;
    }

    private void following(TabState tab, String node, long ns) {
        tab.node = node;
        if (tab.lostNodeNs >= 0) {
            record(tab.oldest ? resumeOldest : resume, tab.lostNodeNs, ns);
            tab.lostNodeNs = -1;
        }
    }

    private void received(TabState tab, Seen seen, long ns) {
        if (seen.isToken()) {
            if (tab.lostRunnerNs >= 0 && tab.takenOver) {
                Histogram into = tab.moved ? nextTokenMovedTabs : tab.oldest ? nextTokenOldest : nextToken;
                record(into, tab.lostRunnerNs, ns);
                tab.lostRunnerNs = -1;
            }
        } else if (seen.type().equals("agent_status")) {
            switch (seen.field("status")) {
                case "completed", "failed", "cancelled", "expired" -> {
                    tab.turn = "";
                    tab.runner = "";
                    tab.lostRunnerNs = -1; // it had all its tokens before the node died
                }
                default -> {
                    boolean sameTurn = seen.field("turn").equals(tab.turn);
                    tab.takenOver |= sameTurn && seen.more().getBoolean("takeover", false);
                    tab.turn = seen.field("turn");
                    tab.runner = seen.field("runner").isEmpty() ? tab.runner : seen.field("runner");
                }
            }
        }
    }

    private static void record(Histogram histogram, long fromNs, long toNs) {
        long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(0, toNs - fromNs));
        histogram.recordValue(Math.min(micros, histogram.getHighestTrackableValue()));
    }
}
