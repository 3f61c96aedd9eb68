package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.BenchTab;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** All tabs of a killed node at the doors of the others at the same moment, each with something missed. */
final class ComingBack implements Benchmark {
    private static final int SESSIONS = 200;
    private static final int TABS = 5;
    private static final int TOKEN_BYTES = 100;
    /** With the input, the turn, its start and its end a hundred events. */
    private static final int MISSED_TOKENS = 96;

    private static final int HEAP_MEGABYTES = 1_000;
    private static final int STILL_ROUNDS = 5;
    private static final Duration STILL_ROUND = Duration.ofMillis(200);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final double P99_MILLIS = 300;

    @Override
    public String name() {
        return "coming-back";
    }

    @Override
    public String question() {
        return "seconds until " + SESSIONS * TABS
                + " tabs of a killed node are back on the others, 100 missed events each";
    }

    @Override
    public void run(Plan plan, Results results) {
        try (Cluster cluster = Cluster.start(3, 1, Processors.ALL, HEAP_MEGABYTES, plan.logs());
                Swarm swarm = new Swarm()) {
            List<String> sessions = Crowd.names("back", SESSIONS);
            cluster.createSessions(sessions);
            Crowd staying = Crowd.attach(swarm, cluster, sessions, 1, (session, tab) -> session % 2);
            Crowd leaving = Crowd.attach(swarm, cluster, sessions, TABS, (session, tab) -> 2);
            warmUp(staying, leaving, sessions, cluster, swarm, plan);
            long[] heads = swarm.ask(() -> staying.tabs().stream()
                    .mapToLong(tab -> tab.seq() + MISSED_TOKENS + 4)
                    .toArray());
            Crowd.clean(swarm.reading());

            long killed = System.nanoTime();
            cluster.nodes().get(2).kill();
            swarm.await("the connections to break", SOON, () -> leaving.tabs().stream()
                    .allMatch(BenchTab::gone));
            swarm.reset();
            staying.say(MISSED_TOKENS, 0, TOKEN_BYTES, "enqueue");
            swarm.await("sessions to go on without the node", SOON, () -> have(staying, heads, 1));
            results.figure("kill to 100 more events in every session", seconds(killed), "s");

            long begun = System.nanoTime();
            Histogram micros = new Histogram(3);
            swarm.ask(() -> {
                for (int i = 0; i < leaving.tabs().size(); i++) {
                    BenchTab tab = leaving.tabs().get(i);
                    tab.at(heads[i / TABS], () -> micros.recordValue((System.nanoTime() - tab.openedNanos()) / 1_000));
                    swarm.reopen(tab, cluster.url(i % 2), Crowd.path(sessions.get(i / TABS), tab.seq()));
                }
                return true;
            });
            swarm.await("all tabs to be back", SOON, () -> have(leaving, heads, TABS));
            results.figure("first knock of a tab to the last missed event of all", seconds(begun), "s");
            results.latency("a tab has all it missed, from its open WebSocket", micros, Target.atMost(P99_MILLIS));
            Crowd.clean(swarm.reading());
        }
    }

    /** Nodes that have seen tabs speak, and tabs come and go. */
    private static void warmUp(
            Crowd staying, Crowd leaving, List<String> sessions, Cluster cluster, Swarm swarm, Plan plan) {
        staying.stream(20_000, TOKEN_BYTES);
        long until = System.nanoTime() + plan.warmup().toNanos();
        for (int round = 0; System.nanoTime() < until; round++) {
            visit(staying, sessions, cluster, swarm, round);
        }
        staying.say(1, 0, TOKEN_BYTES, "interrupt");
        settled(staying, leaving, swarm);
    }

    private static void visit(Crowd staying, List<String> sessions, Cluster cluster, Swarm swarm, int round) {
        List<BenchTab> visitors = swarm.ask(() -> {
            List<BenchTab> come = new ArrayList<>();
            for (int i = 0; i < sessions.size(); i++) {
                long after = Math.max(0, staying.tabs().get(i).seq() - MISSED_TOKENS);
                String path = Crowd.path(sessions.get(i), after);
                come.add(swarm.begin("visitor", cluster.url((i + round) % 2), path));
                come.getLast().startAfter(after);
            }
            return come;
        });
        swarm.await("visitors to be let in", SOON, () -> visitors.stream().allMatch(BenchTab::attached));
        swarm.ask(() -> {
            visitors.forEach(swarm::leave);
            return true;
        });
    }

    private static boolean have(Crowd crowd, long[] heads, int perSession) {
        for (int i = 0; i < crowd.tabs().size(); i++) {
            if (crowd.tabs().get(i).seq() < heads[i / perSession]) {
                return false;
            }
        }
        return true;
    }

    /** Waits until nothing has arrived anywhere for a while. */
    private static void settled(Crowd staying, Crowd leaving, Swarm swarm) {
        long last = -1;
        int still = 0;
        while (still < STILL_ROUNDS) {
            Plan.pass(STILL_ROUND);
            long sum = swarm.ask(() -> Stream.concat(staying.tabs().stream(), leaving.tabs().stream())
                    .mapToLong(BenchTab::seq)
                    .sum());
            still = sum == last ? still + 1 : 0;
            last = sum;
        }
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }
}
