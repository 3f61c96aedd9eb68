package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import java.util.List;

/** How much three nodes can write down when everybody talks at once. */
final class Appends implements Benchmark {
    private static final int NODES = 3;
    private static final int SESSIONS = 1_000;
    private static final int TOKEN_BYTES = 100;
    private static final int HEAP_MEGABYTES = 2_500;
    private static final double TARGET = 60_000;

    @Override
    public String name() {
        return "appends";
    }

    @Override
    public String question() {
        return "events/s appended by three nodes with " + SESSIONS
                + " busy sessions, each shown to a tab after all copies have it";
    }

    @Override
    public void run(Plan plan, Results results) {
        measure(1, Target.atLeast(TARGET), plan, results);
        measure(2, Target.none(), plan, results);
    }

    private static void measure(int backups, Target target, Plan plan, Results results) {
        try (Cluster cluster = Cluster.start(NODES, backups, Processors.ALL, HEAP_MEGABYTES, plan.logs());
                Swarm swarm = new Swarm()) {
            List<String> sessions = Crowd.names("busy", SESSIONS);
            cluster.createSessions(sessions);
            Crowd crowd = Crowd.attach(swarm, cluster, sessions, 1, (session, tab) -> session);
            crowd.readStamps(TOKEN_BYTES);
            crowd.stream(0, TOKEN_BYTES);
            Plan.pass(plan.warmup());
            var reading = Sweep.measure(swarm, plan.measure(), true);
            String copies = (1 + backups) + " copies: ";
            results.figure(copies + "events/s", reading.tokensPerSecond(), "/s", target);
            results.figure(copies + "frames/s (appends, or several merged)", reading.framesPerSecond(), "/s");
            results.figure(copies + "p50 from said to shown", reading.p50Millis(), "ms");
        }
    }
}
