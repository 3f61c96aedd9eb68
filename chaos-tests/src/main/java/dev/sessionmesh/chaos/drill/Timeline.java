package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A run as a picture: a lane for each node that something was done to, what all tabs together were told, and how many of them were on
 * their way to another connection.
 */
final class Timeline {

    private static final int WIDTH = 1200;
    private static final int LEFT = 110;
    private static final int LANE = 22;
    private static final int CURVE = 90;
    private static final int BINS = 300;
    private static final int TICKS = 10;

    private record Span(String kind, long fromNs, long toNs) {}

    private final List<Entry> entries;
    private final long startNs;
    private final long endNs;
    private final Map<String, List<Span>> lanes = new TreeMap<>();
    private final StringBuilder svg = new StringBuilder();

    private Timeline(List<Entry> entries) {
        this.entries = entries;
        this.startNs = entries.getFirst().at().ns();
        this.endNs = Math.max(startNs + 1, entries.getLast().at().ns());
    }

    /** An SVG element, or nothing where nothing happened. */
    static String of(List<Entry> entries) {
        return entries.isEmpty() ? "" : new Timeline(entries).draw();
    }

    private String draw() {
        spans();
        int lanesTop = 20;
        int toldTop = lanesTop + lanes.size() * LANE + 14;
        int awayTop = toldTop + CURVE + 14;
        int bottom = awayTop + CURVE;
        svg.append(String.format(
                Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"timeline\">", WIDTH, bottom + 24));
        int top = lanesTop;
        for (Map.Entry<String, List<Span>> lane : lanes.entrySet()) {
            label(lane.getKey(), top + LANE / 2 + 2);
            box("up", LEFT, top, WIDTH - LEFT, LANE - 6, "serves");
            for (Span span : lane.getValue()) {
                double x = x(span.fromNs());
                box(span.kind(), x, top, Math.max(2, x(span.toNs()) - x), LANE - 6, span.kind());
            }
            top += LANE;
        }
        curve("told", "events told", told(), toldTop);
        curve("away", "tabs away", away(), awayTop);
        acts(lanesTop, bottom);
        seconds(bottom);
        return svg.append("</svg>").toString();
    }

    /** What each node went through: from the act that took something from it to the one that gave it back. */
    private void spans() {
        Map<String, Map<String, Long>> open = new TreeMap<>();
        for (Entry entry : entries) {
            if (!(entry instanceof Entry.Nemesis act) || act.act().equals(Timings.OBSERVE)) {
                continue;
            }
            long ns = act.at().ns();
            Set<String> nodes = act.node().isEmpty()
                    ? new HashSet<>(open.keySet())
                    : Set.of(act.node().split(","));
            for (String node : nodes) {
                Map<String, Long> there = open.computeIfAbsent(node, n -> new TreeMap<>());
                List<Span> lane = lanes.computeIfAbsent(node, n -> new ArrayList<>());
                switch (act.act()) {
                    case Timings.FREEZE -> there.put("frozen", ns);
                    case Timings.CUT -> there.put("cut", ns);
                    case Timings.THAW -> close(there, "frozen", lane, ns);
                    case Timings.HEAL -> close(there, "cut", lane, ns);
                    case Timings.STOP -> there.put("down", ns);
                    default -> {
                        if (act.act().startsWith("kill")) {
                            there.put("down", ns);
                        } else if (act.act().startsWith("start")) {
                            close(there, "down", lane, ns);
                        }
                    }
                }
            }
        }
        lanes.forEach((node, lane) -> {
            Map<String, Long> kinds = open.getOrDefault(node, Map.of());
            List.copyOf(kinds.keySet()).forEach(kind -> close(kinds, kind, lane, endNs));
        });
    }

    private static void close(Map<String, Long> open, String kind, List<Span> lane, long ns) {
        Long since = open.remove(kind);
        if (since != null) {
            lane.add(new Span(kind, since, ns));
        }
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
        return (int) Math.min(BINS - 1, (ns - startNs) * BINS / (endNs - startNs));
    }

    private double x(long ns) {
        return LEFT + (WIDTH - LEFT) * (double) (ns - startNs) / (endNs - startNs);
    }

    private void curve(String kind, String name, double[] bins, int top) {
        // A tab that reads the whole log at once would make all else a flat line: the highest few are cut off.
        double[] sorted = bins.clone();
        Arrays.sort(sorted);
        double most = Math.max(1, Math.min(sorted[BINS - 1], 1.3 * sorted[BINS * 95 / 100]));
        label(name, top + 12);
        label(String.format(Locale.ROOT, "max %.0f", most), top + 28);
        StringBuilder points = new StringBuilder(String.format(Locale.ROOT, "%d,%d ", LEFT, top + CURVE));
        double step = (double) (WIDTH - LEFT) / BINS;
        for (int i = 0; i < BINS; i++) {
            double y = top + CURVE - CURVE * Math.min(1, bins[i] / most);
            points.append(
                    String.format(Locale.ROOT, "%.1f,%.1f %.1f,%.1f ", LEFT + i * step, y, LEFT + (i + 1) * step, y));
        }
        points.append(WIDTH).append(',').append(top + CURVE);
        svg.append("<polygon class=\"")
                .append(kind)
                .append("\" points=\"")
                .append(points)
                .append("\"/>");
    }

    private void acts(int top, int bottom) {
        for (Entry entry : entries) {
            if (entry instanceof Entry.Nemesis act) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<line class=\"act\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"><title>%s %s</title></line>",
                        x(act.at().ns()),
                        x(act.at().ns()),
                        top,
                        bottom,
                        ReportPage.escaped(act.act()),
                        ReportPage.escaped(act.node())));
            }
        }
    }

    private void seconds(int bottom) {
        for (int i = 0; i <= TICKS; i++) {
            long ns = startNs + (endNs - startNs) / TICKS * i;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%.1f s</text>",
                    x(ns),
                    bottom + 18,
                    i == TICKS ? "end" : "middle",
                    TimeUnit.NANOSECONDS.toMillis(ns - startNs) / 1000.0));
        }
    }

    private void label(String text, int y) {
        svg.append(String.format(Locale.ROOT, "<text x=\"0\" y=\"%d\">%s</text>", y, ReportPage.escaped(text)));
    }

    private void box(String kind, double x, int y, double width, int height, String title) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s</title></rect>",
                kind,
                x,
                y,
                width,
                height,
                ReportPage.escaped(title)));
    }
}
