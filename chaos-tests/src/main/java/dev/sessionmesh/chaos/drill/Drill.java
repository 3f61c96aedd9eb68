package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.check.Checker;
import dev.sessionmesh.chaos.check.CutOffTabs;
import dev.sessionmesh.chaos.check.Evidence;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Terrain;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A named scenario on a fresh cluster. Whatever the scenario does, afterwards the load comes to rest, the logs are read and every
 * promise is checked.
 *
 * @param name as given on the command line
 * @param about one sentence for the list of drills
 * @param standard the size it has when nothing else is said
 */
public record Drill(String name, String about, DrillSettings standard, Scenario scenario) {

    /** What is done to the cluster. */
    @FunctionalInterface
    interface Scenario {
        void play(Arena arena);

        /** What it needs of the cluster before it is started; {@code vertx} is the one of the clients. */
        default LabPlan prepare(LabPlan plan, Vertx vertx) {
            return plan;
        }
    }

    /** The same scenario with nodes that have addresses of their own, whose links can be cut. */
    static Scenario inNamespaces(Scenario scenario) {
        return new Scenario() {
            @Override
            public void play(Arena arena) {
                scenario.play(arena);
            }

            @Override
            public LabPlan prepare(LabPlan plan, Vertx vertx) {
                return scenario.prepare(plan, vertx).on(Terrain.NAMESPACES);
            }
        };
    }

    private static final String PLAYED = "the cluster does what the drill waits for";
    private static final String READ = "the final logs can be read";
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(20);

    /** Runs it; a {@link LabException} means that it could not be run. */
    public Report run(DrillSettings settings) {
        Path dir = emptied(settings.dir().resolve(name));
        Vertx vertx = Vertx.vertx();
        LabPlan plan = LabPlan.of(settings.nodes(), settings.backups(), dir).withJvm(settings.jvm());
        try (Lab lab = Lab.start(scenario.prepare(plan, vertx))) {
            Arena arena = new Arena(lab, vertx, settings);
            try {
                arena.awaitWhole();
                play(arena);
                return judge(arena, dir);
            } finally {
                arena.history.write(dir.resolve("history.jsonl"));
            }
        } finally {
            Workload.await("closing the clients", CLOSES_WITHIN, vertx.close());
        }
    }

    /** Once the cluster stood, whatever is waited for in vain is the server's failure, not the lab's. */
    private void play(Arena arena) {
        try {
            scenario.play(arena);
            arena.expect(PLAYED, true, "");
        } catch (LabException e) {
            arena.expect(PLAYED, false, String.valueOf(e.getMessage()));
            calm(arena);
        }
    }

    private static void calm(Arena arena) {
        try {
            arena.calm();
        } catch (LabException e) {
            arena.expect(PLAYED, false, "and it does not recover either: " + e.getMessage());
        }
    }

    private Report judge(Arena arena, Path dir) {
        List<String> restless = arena.workload.settle();
        Map<String, List<Seen>> logs = new LinkedHashMap<>();
        try {
            logs.putAll(arena.workload.read());
            arena.expect(READ, true, "");
        } catch (LabException e) {
            arena.expect(READ, false, String.valueOf(e.getMessage()));
        }
        arena.workload.close();
        Evidence evidence = new Evidence(arena.history, logs);
        Map<String, List<String>> promises = new LinkedHashMap<>(arena.findings);
        promises.put("the load comes to rest", restless);
        for (Checker checker : Checker.all()) {
            promises.put(checker.promise(), checker.problems(evidence));
        }
        CutOffTabs.of(evidence)
                .differences(evidence)
                .forEach(one -> arena.notes.add("shown by a cut-off node and not in the log: " + one));
        Timings timings = Timings.of(arena.history.entries());
        List<Measure> measures = new ArrayList<>(measures(timings));
        Silences.measures(arena.history.entries()).stream()
                .filter(measure -> measure.count() > 0)
                .forEach(measures::add);
        measures.addAll(arena.measures);
        Report report = new Report(
                name, arena.settings, figures(arena.history, logs), measures, promises, List.copyOf(arena.notes));
        report.write(dir);
        return report;
    }

    private static List<Measure> measures(Timings timings) {
        return List.of(
                Measure.of("next token after a kill, surviving tabs", timings.nextToken)
                        .p50AtMost(500)
                        .p99AtMost(1500),
                Measure.of("the same, oldest member killed", timings.nextTokenOldest)
                        .p99AtMost(2500),
                Measure.of("next token, tabs of the killed node", timings.nextTokenMovedTabs),
                Measure.of("tabs of a killed node resumed", timings.resume).p99AtMost(2000),
                Measure.of("the same, oldest member killed", timings.resumeOldest)
                        .p99AtMost(2000),
                Measure.of("command to ack", timings.ack));
    }

    private static Map<String, Number> figures(History history, Map<String, List<Seen>> logs) {
        Map<String, Number> figures = new LinkedHashMap<>();
        List<Entry> entries = history.entries();
        long faults = entries.stream()
                .filter(e -> e instanceof Entry.Nemesis n && n.act().startsWith("kill"))
                .count();
        figures.put("kills", faults);
        entries.stream()
                .filter(e -> e instanceof Entry.Nemesis n
                        && !n.act().startsWith("kill")
                        && !n.act().startsWith("start"))
                .map(e -> ((Entry.Nemesis) e).act())
                .forEach(act -> figures.merge("times: " + act, 1, (a, b) -> a.intValue() + b.intValue()));
        figures.put(
                "turns ended",
                count(
                        logs,
                        seen -> seen.type().equals("agent_status")
                                && List.of("completed", "failed", "cancelled", "expired")
                                        .contains(seen.field("status"))));
        figures.put("takeovers", count(logs, seen -> seen.more().getBoolean("takeover", false)));
        figures.put(
                "events in the logs",
                logs.values().stream()
                        .mapToLong(l -> l.isEmpty() ? 0 : l.getLast().seq())
                        .sum());
        figures.put(
                "commands",
                entries.stream().filter(Entry.Invoke.class::isInstance).count());
        figures.put(
                "commands answered as duplicate",
                entries.stream()
                        .filter(e -> e instanceof Entry.Ok ok && ok.duplicate())
                        .count());
        figures.put(
                "commands acknowledged degraded",
                entries.stream()
                        .filter(e -> e instanceof Entry.Ok ok && ok.degraded())
                        .count());
        figures.put(
                "commands without an answer",
                entries.stream().filter(Entry.Info.class::isInstance).count());
        figures.put(
                "frames delivered",
                entries.stream().filter(Entry.Received.class::isInstance).count());
        figures.put(
                "events delivered",
                entries.stream()
                        .mapToLong(e -> e instanceof Entry.Received r
                                ? r.seen().seq() - r.seen().from() + 1
                                : 0)
                        .sum());
        return figures;
    }

    private static long count(Map<String, List<Seen>> logs, Predicate<Seen> which) {
        return logs.values().stream().flatMap(List::stream).filter(which).count();
    }

    private static Path emptied(Path dir) {
        try {
            if (Files.exists(dir)) {
                try (var old = Files.walk(dir)) {
                    for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            return Files.createDirectories(dir);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + dir, e);
        }
    }
}
