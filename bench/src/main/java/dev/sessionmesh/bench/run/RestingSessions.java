package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.driver.BenchTab;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import dev.sessionmesh.bench.lab.ServerProcess;
import java.time.Duration;
import java.util.List;

/** What a session costs that nobody looks at: live heap of one copy, empty and with what it has said. */
final class RestingSessions implements Benchmark {
    private static final int EMPTY = 4_000;
    private static final int TALKERS = 200;
    private static final int TURNS = 5;
    private static final int TOKENS = 200;
    private static final int INTERVAL_MICROS = 10_000;
    private static final int TOKEN_BYTES = 20;
    private static final int HEAP_MEGABYTES = 1_500;
    /** A node goes on following a session for ten seconds after its last tab. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(15);

    private static final Duration SOON = Duration.ofMinutes(3);

    @Override
    public String name() {
        return "resting-sessions";
    }

    @Override
    public String question() {
        return "heap of one copy of a session that nobody looks at, empty and with " + TURNS + " turns of " + TOKENS
                + " tokens of " + TOKEN_BYTES + " bytes";
    }

    @Override
    public void run(Plan plan, Results results) {
        try (Cluster cluster = Cluster.start(1, 0, Processors.ALL, HEAP_MEGABYTES, plan.logs())) {
            ServerProcess server = cluster.nodes().getFirst();
            List<String> talkers = Crowd.names("talker", TALKERS);
            cluster.createSessions(talkers);
            // What is only built once is built for these.
            talk(cluster, talkers, 1);
            long before = server.liveHeapBytes();
            cluster.createSessions(Crowd.names("empty", EMPTY));
            Plan.pass(FORGOTTEN);
            long created = server.liveHeapBytes();
            results.figure("heap per empty session", (created - before) / 1024.0 / EMPTY, "KB");
            talk(cluster, talkers, TURNS);
            long said = server.liveHeapBytes();
            results.figure("heap per turn of " + TOKENS + " tokens", (said - created) / 1024.0 / TALKERS / TURNS, "KB");
        }
    }

    /** Turns one after the other in each session; returns when nobody follows any of them any more. */
    private static void talk(Cluster cluster, List<String> sessions, int turns) {
        try (Swarm swarm = new Swarm()) {
            Crowd crowd = Crowd.attach(swarm, cluster, sessions, 1, (session, tab) -> 0);
            long head = crowd.tabs().getFirst().seq();
            for (int i = 0; i < turns; i++) {
                crowd.say(TOKENS, INTERVAL_MICROS, TOKEN_BYTES, "enqueue");
            }
            long end = head + (long) turns * (TOKENS + 4);
            swarm.await(
                    "turns to end",
                    SOON,
                    () -> crowd.tabs().stream().mapToLong(BenchTab::seq).min().orElseThrow() >= end);
        }
        Plan.pass(FORGOTTEN);
    }
}
