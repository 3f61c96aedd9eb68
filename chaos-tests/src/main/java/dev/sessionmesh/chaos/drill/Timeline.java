package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A run as a picture: a lane for each node, and over the same time what all tabs together were told, how many sessions waited for another
 * runner, and how many tabs were on their way to another connection.
 */
final class Timeline {

    private static final int WIDTH = 1200;
    private static final int LEFT = 130;
    private static final int TOP = 26;
    private static final int LANE = 22;
    private static final int BAR = 16;
    private static final int CURVE = 84;
    private static final int BETWEEN = 22;
    private static final int BINS = 300;
    private static final int MOST_TICKS = 12;
    private static final int MOST_LANES = 16;
    /** Acts that are what became of another. */
    private static final Set<String> FOLLOWS =
            Set.of(Timings.LEFT, Timings.JOINED, Timings.GOES_ON, Timings.THAW, Timings.HEAL);

    /** What a letter of a label takes. */
    private static final double LETTER = 6.6;

    private final List<Entry> entries;
    private final List<Failover> failovers;
    private final long startNs;
    private final long endNs;
    private final Svg svg = new Svg(WIDTH);

    private Timeline(List<Entry> entries, List<Failover> failovers) {
        this.entries = entries;
        this.failovers = failovers;
        this.startNs = entries.getFirst().at().ns();
        this.endNs = Math.max(startNs + 1, entries.getLast().at().ns());
    }

    /** An SVG element, or nothing where nothing happened. */
    static String of(List<Entry> entries, List<Failover> failovers) {
        return entries.isEmpty() ? "" : new Timeline(entries, failovers).draw();
    }

    private String draw() {
        int top = lanes(TOP) + BETWEEN / 2;
        top = curve("told", "events told", told(), top);
        top = curve("waiting", "sessions waiting", waiting(), top);
        top = curve("away", "tabs away", away(), top);
        int bottom = top - BETWEEN;
        acts(bottom);
        seconds(bottom);
        return svg.drawn(bottom + 24, "What happened when, over " + seconds(endNs - startNs));
    }

    private int lanes(int top) {
        int y = top;
        Map<String, List<NodeSpans.Span>> lanes = NodeSpans.of(entries, endNs);
        for (Map.Entry<String, List<NodeSpans.Span>> lane :
                lanes.entrySet().stream().limit(MOST_LANES).toList()) {
            svg.text(0, y + BAR - 3, "start", "label", lane.getKey());
            svg.box("up", LEFT, y, WIDTH - LEFT, BAR, lane.getKey() + " serves");
            for (NodeSpans.Span span : lane.getValue()) {
                double x = x(span.fromNs());
                svg.box(span.kind(), x, y, Math.max(2, x(span.toNs()) - x), BAR, title(lane.getKey(), span));
            }
            y += LANE;
        }
        if (lanes.size() > MOST_LANES) {
            svg.text(0, y + BAR - 3, "start", "label", "and " + (lanes.size() - MOST_LANES) + " more");
            y += LANE;
        }
        return y;
    }

    private String title(String node, NodeSpans.Span span) {
        return node + " " + span.kind() + " from " + seconds(span.fromNs() - startNs) + " to "
                + seconds(span.toNs() - startNs);
    }

    private double[] told() {
        double[] bins = new double[BINS];
        for (Entry entry : entries) {
            if (entry instanceof Entry.Received got && !got.process().contains(Workload.READ_AT)) {
                bins[bin(got.at().ns())] += got.seen().seq() - got.seen().from() + 1;
            }
        }
        return bins;
    }

    private double[] waiting() {
        double[] bins = new double[BINS];
        for (Failover failover : failovers) {
            long backNs = failover.backMs().isPresent()
                    ? failover.fromNs() + Math.round(failover.backMs().getAsDouble() * 1e6)
                    : endNs;
            fill(bins, failover.fromNs(), backNs);
        }
        return bins;
    }

    private double[] away() {
        double[] bins = new double[BINS];
        Map<String, Long> lost = new LinkedHashMap<>();
        for (Entry entry : entries) {
            switch (entry) {
                case Entry.Lost e -> lost.putIfAbsent(e.process(), e.at().ns());
                case Entry.Following e -> fill(bins, lost.remove(e.process()), e.at().ns());
                case Entry.Closed e -> lost.remove(e.process());
                default -> {}
            }
        }
        lost.values().forEach(since -> fill(bins, since, endNs));
        return bins;
    }

    private void fill(double[] bins, @Nullable Long sinceNs, long untilNs) {
        if (sinceNs != null) {
            for (int i = bin(sinceNs); i <= bin(untilNs); i++) {
                bins[i]++;
            }
        }
    }

    private int bin(long ns) {
        return Math.clamp((ns - startNs) * BINS / (endNs - startNs), 0, BINS - 1);
    }

    private double x(long ns) {
        return LEFT + (WIDTH - LEFT) * (double) (ns - startNs) / (endNs - startNs);
    }

    private int curve(String kind, String name, double[] bins, int top) {
        boolean rate = kind.equals("told");
        double most = rate ? usual(bins) : Math.max(1, Arrays.stream(bins).max().orElse(1));
        double perSecond = BINS / Math.max(1e-9, (endNs - startNs) / 1e9);
        svg.text(0, top + 12, "start", "label", name);
        svg.text(
                0,
                top + 28,
                "start",
                "soft",
                String.format(
                        Locale.ROOT, rate ? "up to %,.0f a second" : "up to %.0f", rate ? most * perSecond : most));
        svg.line("base", LEFT, top + CURVE, WIDTH, top + CURVE, name);
        svg.steps(kind, bins, most, LEFT, top, CURVE);
        return top + CURVE + BETWEEN;
    }

    /** What is read at once, such as a whole log, would make all else a flat line: the highest few are cut off. */
    private static double usual(double[] bins) {
        double[] sorted = bins.clone();
        Arrays.sort(sorted);
        return Math.max(1, Math.min(sorted[BINS - 1], 1.3 * sorted[BINS * 95 / 100]));
    }

    /** A line for each act, with its name where there is room for it; what was done goes before what followed from it. */
    private void acts(int bottom) {
        List<Entry.Nemesis> acts = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Nemesis act) {
                acts.add(act);
                double x = x(act.at().ns());
                svg.line(
                        "act",
                        x,
                        TOP - 6,
                        x,
                        bottom,
                        name(act) + " at " + seconds(act.at().ns() - startNs));
            }
        }
        acts.sort(Comparator.comparing(
                act -> FOLLOWS.contains(act.act()) || act.act().startsWith(Timings.START)));
        NavigableMap<Double, Double> taken = new TreeMap<>();
        for (Entry.Nemesis act : acts) {
            double wide = name(act).length() * LETTER;
            double from = Math.min(x(act.at().ns()), WIDTH - wide);
            Map.Entry<Double, Double> before = taken.lowerEntry(from + wide);
            if (before == null || before.getValue() <= from) {
                svg.text(from, TOP - 12, "start", "soft", name(act));
                taken.put(from, from + wide + LETTER);
            }
        }
    }

    private static String name(Entry.Nemesis act) {
        return (act.act() + " " + act.node()).strip();
    }

    private void seconds(int bottom) {
        long step = step(TimeUnit.NANOSECONDS.toMillis(endNs - startNs));
        for (long ms = 0; TimeUnit.MILLISECONDS.toNanos(ms) <= endNs - startNs; ms += step) {
            double x = x(startNs + TimeUnit.MILLISECONDS.toNanos(ms));
            svg.line("base", x, bottom, x, bottom + 4, "");
            svg.text(
                    x,
                    bottom + 18,
                    x > WIDTH - 20 ? "end" : "middle",
                    "soft",
                    String.format(Locale.ROOT, step < 1_000 ? "%.1f s" : "%.0f s", ms / 1000.0));
        }
    }

    /** Milliseconds between two numbers below the picture: round, and not more than a dozen in all. */
    private static long step(long wholeMs) {
        long step = 100;
        while (wholeMs / step > MOST_TICKS) {
            step = String.valueOf(step).startsWith("2") ? step / 2 * 5 : step * 2;
        }
        return step;
    }

    private static String seconds(long ns) {
        return String.format(Locale.ROOT, "%.1f s", TimeUnit.NANOSECONDS.toMillis(ns) / 1000.0);
    }
}
