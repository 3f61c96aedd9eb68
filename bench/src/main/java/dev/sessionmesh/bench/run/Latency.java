package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.BenchTab;
import dev.sessionmesh.bench.driver.Meter;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import java.time.Duration;
import java.util.List;

/** From the provider saying a token on one node to a tab on another node having it, the append and its copies between. */
final class Latency implements Benchmark {
    private static final int NODES = 3;
    private static final int SESSIONS = 100;
    private static final int EVENTS_PER_SECOND = 1_000;
    private static final int TOKEN_BYTES = 100;
    private static final int HEAP_MEGABYTES = 1_000;
    private static final double P99_MILLIS = 15;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String question() {
        return "milliseconds from a token said on one node to a tab on another, " + EVENTS_PER_SECOND
                + " events/s over " + SESSIONS + " sessions, two copies before it is shown";
    }

    @Override
    public void run(Plan plan, Results results) {
        Meter.Reading reading = measure(plan, List.of());
        results.figure("events/s", reading.tokensPerSecond() / NODES, "/s");
        results.latency("token to tab on another node", reading.latency(), Target.atMost(P99_MILLIS));
    }

    /** @param further arguments of every node */
    static Meter.Reading measure(Plan plan, List<String> further) {
        try (Cluster cluster = Cluster.start(NODES, 1, Processors.ALL, HEAP_MEGABYTES, plan.logs(), further);
                Swarm swarm = new Swarm()) {
            List<String> sessions = Crowd.names("latency", SESSIONS);
            cluster.createSessions(sessions);
            Crowd crowd = Crowd.attach(swarm, cluster, sessions, NODES, (session, tab) -> tab);
            int[] runners = new int[SESSIONS];
            swarm.ask(() -> {
                for (int i = 0; i < SESSIONS; i++) {
                    int session = i;
                    crowd.tabs().get(i * NODES).listen(frame -> runners[session] = runner(frame, runners[session]));
                }
                return true;
            });
            crowd.stream(1_000_000 / (EVENTS_PER_SECOND / SESSIONS), TOKEN_BYTES);
            swarm.await("turns to run", Duration.ofSeconds(30), () -> {
                int running = 0;
                for (int runner : runners) {
                    running += runner > 0 ? 1 : 0;
                }
                return running == SESSIONS;
            });
            swarm.ask(() -> {
                for (int i = 0; i < crowd.tabs().size(); i++) {
                    BenchTab tab = crowd.tabs().get(i);
                    if (i % NODES != runners[i / NODES] - 1) {
                        tab.readStamps(TOKEN_BYTES);
                    }
                }
                return true;
            });
            Plan.pass(plan.warmup());
            return Sweep.measure(swarm, plan.measure().multipliedBy(3), true);
        }
    }

    /** The number of the node that runs the turn, if the frame tells. */
    private static int runner(String frame, int known) {
        String mark = "\"runner\":\"n";
        int at = frame.indexOf(mark);
        return at < 0 ? known : frame.charAt(at + mark.length()) - '0';
    }
}
