package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.chaos.lab.Directories;
import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Terrain;
import dev.sessionmesh.chaos.lab.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

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

        /** What it does to the cluster that stands, before any client knows of it. */
        default void stood(Lab lab, Vertx vertx) {}

        /** Takes away what it prepared, once the cluster is gone; called also when it could not be started. */
        default void end() {}
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

            @Override
            public void stood(Lab lab, Vertx vertx) {
                scenario.stood(lab, vertx);
            }

            @Override
            public void end() {
                scenario.end();
            }
        };
    }

    private static final String PLAYED = "the cluster does what the drill waits for";
    private static final String RESTS = "the load comes to rest";
    private static final String EQUAL = "all copies of a session are equal, by their running hash";
    private static final int COPIES_SHOWN = 3;
    /** Longer than a node keeps a tab whose client has vanished without a word. */
    private static final Duration OVER_WITHIN = Duration.ofSeconds(90);

    private static final List<String> OVER = List.of(
            "sessionmesh_turns_running", "sessionmesh_tabs", "sessionmesh_tabs_slow", "sessionmesh_presence_tabs");
    private static final String READ = "the final logs can be read";
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(20);

    /** Runs it; a {@link LabException} means that it could not be run. */
    public Report run(DrillSettings settings) {
        Path dir = Directories.emptied(settings.dir().resolve(name));
        Vertx vertx = Vertx.vertx();
        LabPlan plan = Operator.admitted(
                LabPlan.of(settings.nodes(), settings.backups(), dir).withJvm(settings.jvm()));
        try (Lab lab = Lab.start(scenario.prepare(plan, vertx))) {
            scenario.stood(lab, vertx);
            Arena arena = new Arena(lab, vertx, settings);
            try {
                arena.awaitWhole();
                play(arena);
                Run run = gathered(name, arena.settings, arena.history, arena.workload, arena.findings);
                run = run.with(arena.measures, Optional.of(lookInside(arena)), arena.notes);
                run.write(dir);
                return run.judge().write(dir, run.history());
            } catch (LabException e) {
                arena.history.write(dir.resolve("history.jsonl"));
                throw e;
            }
        } finally {
            scenario.end();
            Workload.await("closing the clients", CLOSES_WITHIN, vertx.close());
        }
    }

    /** What only an operator sees, once the load is at rest; returns what the nodes refused, by code. */
    private static Map<String, Long> lookInside(Arena arena) {
        List<Node> nodes = arena.lab.running();
        List<String> problems = new ArrayList<>();
        for (String session : arena.workload.sessions()) {
            if (problems.size() < COPIES_SHOWN) {
                new Operator(nodes.getFirst()).differing(session).ifPresent(problems::add);
            }
        }
        arena.findings.put(EQUAL, problems);
        nodes.forEach(node -> arena.history.add(vitals(node)));
        arena.lab.nodes().stream()
                .filter(Node::ranOutOfMemory)
                .map(node -> new Entry.Vitals(Stamp.now(), node.name(), new JsonObject().put("out of memory", 1)))
                .forEach(arena.history::add);
        Map<String, Long> refused = new TreeMap<>();
        nodes.forEach(node -> {
            JsonObject codes = new Operator(node).refused();
            Refusals.counts(codes).forEach((code, count) -> refused.merge(code, count, Long::sum));
            arena.notes.add(node.name() + " has refused, since it started: " + codes);
        });
        return refused;
    }

    /** What should be over is given a moment. */
    private static Entry.Vitals vitals(Node node) {
        long deadline = System.nanoTime() + OVER_WITHIN.toNanos();
        JsonObject figures = new JsonObject();
        Waiting.until(
                "what should be over",
                OVER_WITHIN.plusSeconds(5),
                () -> {
                    OVER.forEach(gauge -> figures.put(
                            gauge, new Operator(node).metric(gauge, "").orElse(Entry.Vitals.SILENT)));
                    return OVER.stream().allMatch(gauge -> figures.getDouble(gauge) == 0)
                            || System.nanoTime() > deadline;
                },
                figures::encode);
        node.collectGarbage();
        OptionalDouble used = new Operator(node).metric("jvm_memory_used_bytes", "area=\"heap\"");
        OptionalDouble most = new Operator(node).metric("jvm_memory_max_bytes", "area=\"heap\"");
        boolean told = used.isPresent() && most.isPresent();
        figures.put(Entry.Vitals.HEAP, told ? used.getAsDouble() / most.getAsDouble() : Entry.Vitals.SILENT);
        return new Entry.Vitals(Stamp.now(), node.name(), figures);
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

    /** Lets the load come to rest and reads the logs; what fails is a finding, the run is judged all the same. */
    static Run gathered(
            String name,
            DrillSettings settings,
            History history,
            Workload workload,
            Map<String, List<String>> findings) {
        findings.put(RESTS, workload.settle());
        Map<String, List<Seen>> logs = new LinkedHashMap<>();
        try {
            logs.putAll(workload.read());
            findings.put(READ, List.of());
        } catch (LabException e) {
            findings.put(READ, List.of(String.valueOf(e.getMessage())));
        }
        workload.close();
        return new Run(name, settings, history, logs, findings, List.of(), Optional.empty(), List.of());
    }
}
