package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import dev.sessionmesh.bench.lab.ServerProcess;
import java.time.Duration;
import java.util.List;

/** What a tab costs that only waits: live heap with and without them, after a full collection each. */
final class IdleTabs implements Benchmark {
    private static final int SESSIONS = 500;
    private static final int TABS = 10;
    private static final int TOKEN_BYTES = 100;
    private static final int HEAP_MEGABYTES = 1_500;
    private static final Duration REST = Duration.ofSeconds(3);
    /** Plain Vert.x was measured at 15 KB; ours may take half as much again. */
    private static final double KILOBYTES = 22.5;

    private static final double TIMES_PLAIN = 1.5;

    @Override
    public String name() {
        return "idle-tabs";
    }

    @Override
    public String question() {
        return "heap per idle tab, " + SESSIONS * TABS + " tabs on " + SESSIONS
                + " sessions, beside bare Vert.x sockets";
    }

    @Override
    public void run(Plan plan, Results results) {
        double plain = plain(plan);
        double mesh = mesh(plan, results);
        results.figure("bare Vert.x, heap per tab", plain, "KB");
        results.figure("Sessionmesh, heap per tab", mesh, "KB", Target.atMost(KILOBYTES));
        results.figure("Sessionmesh / bare Vert.x", mesh / plain, "x", Target.atMost(TIMES_PLAIN));
    }

    private static double plain(Plan plan) {
        List<String> arguments =
                List.of(BroadcastServer.PLAIN, Integer.toString(SESSIONS), Integer.toString(TOKEN_BYTES));
        try (Cluster server = Cluster.single(
                BroadcastServer.class.getName(), arguments, Processors.ALL, HEAP_MEGABYTES, plan.logs())) {
            return kilobytesPerTab(server, Crowd.names("s", SESSIONS));
        }
    }

    private static double mesh(Plan plan, Results results) {
        try (Cluster cluster = Cluster.start(1, 0, Processors.ALL, HEAP_MEGABYTES, plan.logs())) {
            List<String> sessions = Crowd.names("idle", SESSIONS);
            cluster.createSessions(sessions);
            long before = cluster.nodes().getFirst().residentBytes();
            double heap = kilobytesPerTab(cluster, sessions);
            double resident = (cluster.nodes().getFirst().residentBytes() - before) / 1024.0 / SESSIONS / TABS;
            results.note(String.format("resident memory grew by %.1f KB a tab, garbage and all", resident));
            return heap;
        }
    }

    private static double kilobytesPerTab(Cluster cluster, List<String> sessions) {
        ServerProcess server = cluster.nodes().getFirst();
        try (Swarm swarm = new Swarm()) {
            // What is only built once is built for these.
            Crowd.attach(swarm, cluster, sessions, 1, (session, tab) -> 0);
        }
        Plan.pass(REST);
        long without = server.liveHeapBytes();
        try (Swarm swarm = new Swarm()) {
            Crowd.attach(swarm, cluster, sessions, TABS, (session, tab) -> 0);
            Plan.pass(REST);
            return (server.liveHeapBytes() - without) / 1024.0 / SESSIONS / TABS;
        }
    }
}
