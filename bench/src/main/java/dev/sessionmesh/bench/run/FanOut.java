package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.Meter;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import java.util.List;
import java.util.Locale;

/** Deliveries a second from one processor, beside bare broadcasts on the same machine in the same run. */
final class FanOut implements Benchmark {
    static final int SESSIONS = 200;
    static final int TABS = 3;
    static final int TOKEN_BYTES = 100;

    private static final int HEAP_MEGABYTES = 3_000;
    private static final double TARGET = 300_000;
    private static final int FLOOD = 3_000_000;

    @Override
    public String name() {
        return "fan-out";
    }

    @Override
    public String question() {
        return "token deliveries/s of one server processor: " + SESSIONS + " sessions x " + TABS + " tabs, "
                + TOKEN_BYTES + "-byte tokens";
    }

    @Override
    public void run(Plan plan, Results results) {
        Processors.SECOND.take();
        try {
            Rates plain = broadcast(BroadcastServer.PLAIN, plan, results);
            Rates encoded = broadcast(BroadcastServer.ENCODED, plan, results);
            Rates mesh = mesh(plan, results);
            results.figure("bare broadcast, writeTextMessage, p99 < 100 ms", plain.sustained, "/s");
            results.figure("bare broadcast, writeTextMessage, flooded", plain.flooded, "/s");
            results.figure(
                    "bare broadcast, our sockets, p99 < 100 ms", encoded.sustained, "/s", Target.atLeast(TARGET));
            results.figure("bare broadcast, our sockets, flooded", encoded.flooded, "/s");
            results.figure("Sessionmesh, p99 < 100 ms", mesh.sustained, "/s", Target.atLeast(TARGET));
            results.figure("Sessionmesh, flooded", mesh.flooded, "/s");
            results.figure("our sockets / writeTextMessage", encoded.sustained / plain.sustained, "x");
            results.figure("Sessionmesh / writeTextMessage", mesh.sustained / plain.sustained, "x");
        } finally {
            Processors.ALL.take();
        }
    }

    /**
     * Token deliveries a second.
     *
     * @param sustained with p99 in bounds
     * @param flooded offered more than anybody can take
     */
    private record Rates(double sustained, double flooded) {}

    private static Rates broadcast(String way, Plan plan, Results results) {
        List<String> arguments = List.of(way, Integer.toString(SESSIONS), Integer.toString(TOKEN_BYTES));
        try (Cluster server = Cluster.single(
                        BroadcastServer.class.getName(), arguments, Processors.FIRST, HEAP_MEGABYTES, plan.logs());
                Swarm swarm = new Swarm()) {
            Crowd crowd = Crowd.attach(swarm, server, Crowd.names("s", SESSIONS), TABS, (session, tab) -> 0);
            crowd.readStamps(TOKEN_BYTES);
            double sustained =
                    Sweep.sustained("bare, " + way, swarm, offered -> offer(server, offered), false, plan, results);
            offer(server, FLOOD);
            return new Rates(
                    sustained, Sweep.measure(swarm, plan.measure(), false).tokensPerSecond());
        }
    }

    private static void offer(Cluster server, int deliveries) {
        server.post(server.url(0), "/rate?events=" + deliveries / TABS, "");
    }

    private static Rates mesh(Plan plan, Results results) {
        try (Cluster cluster = Cluster.start(1, 0, Processors.FIRST, HEAP_MEGABYTES, plan.logs());
                Swarm swarm = new Swarm()) {
            return new Rates(
                    sustained("Sessionmesh", cluster, swarm, plan, results), flooded(cluster, swarm, plan, results));
        }
    }

    /** The sweep, on sessions of its own. */
    static double sustained(String who, Cluster cluster, Swarm swarm, Plan plan, Results results) {
        Crowd crowd = crowd(cluster, swarm, "swept");
        crowd.readStamps(TOKEN_BYTES);
        double sustained = Sweep.sustained(
                who,
                swarm,
                offered -> crowd.stream((int) (1_000_000L * SESSIONS * TABS / offered), TOKEN_BYTES),
                true,
                plan,
                results);
        crowd.say(1, 0, TOKEN_BYTES, "interrupt");
        return sustained;
    }

    /** As fast as it goes, on sessions of its own. */
    static double flooded(Cluster cluster, Swarm swarm, Plan plan, Results results) {
        Crowd crowd = crowd(cluster, swarm, "flooded");
        crowd.readStamps(TOKEN_BYTES);
        crowd.stream(0, TOKEN_BYTES);
        Meter.Reading reading = Sweep.measure(swarm, plan.measure(), true);
        results.note(String.format(
                Locale.ROOT,
                "flooded: %,.0f tokens/s in %,.0f frames/s, p50 %.1f ms, p99 %.1f ms",
                reading.tokensPerSecond(),
                reading.framesPerSecond(),
                reading.p50Millis(),
                reading.p99Millis()));
        crowd.say(1, 0, TOKEN_BYTES, "interrupt");
        return reading.tokensPerSecond();
    }

    private static Crowd crowd(Cluster cluster, Swarm swarm, String prefix) {
        List<String> sessions = Crowd.names(prefix, SESSIONS);
        cluster.createSessions(sessions);
        return Crowd.attach(swarm, cluster, sessions, TABS, (session, tab) -> session + tab);
    }
}
