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
import java.util.List;
import org.HdrHistogram.Histogram;

/** A tab that was away for half of a long answer, from its connecting to its last missed character. */
final class CatchUp implements Benchmark {
    private static final int TOKENS = 10_000;
    private static final int MISSED = 5_000;
    private static final int[] TOKEN_BYTES = {20, 100};
    private static final int RETURNS = 300;
    private static final int HEAP_MEGABYTES = 1_000;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final double P50_MILLIS = 3;
    private static final double FRAMES = 20;

    @Override
    public String name() {
        return "catch-up";
    }

    @Override
    public String question() {
        return "milliseconds to connect and get " + MISSED + " missed of " + TOKENS + " tokens, on any of three nodes";
    }

    @Override
    public void run(Plan plan, Results results) {
        try (Cluster cluster = Cluster.start(3, 1, Processors.ALL, HEAP_MEGABYTES, plan.logs());
                Swarm swarm = new Swarm()) {
            for (int bytes : TOKEN_BYTES) {
                measure(bytes, cluster, swarm, plan, results);
            }
        }
    }

    private static void measure(int bytes, Cluster cluster, Swarm swarm, Plan plan, Results results) {
        List<String> session = Crowd.names("long" + bytes + "-", 1);
        cluster.createSessions(session);
        Crowd author = Crowd.attach(swarm, cluster, session, 1, (s, tab) -> 0);
        author.say(TOKENS, 0, bytes, "enqueue");
        // Before and after the tokens come input, turn, in_progress, and completed.
        int head = TOKENS + 4;
        swarm.await("the answer to end", SOON, () -> author.tabs().getFirst().seq() >= head);
        Histogram micros = new Histogram(3);
        Histogram withConnecting = new Histogram(3);
        long frames = 0;
        long warmUntil = System.nanoTime() + plan.warmup().toNanos();
        for (int i = 0; System.nanoTime() < warmUntil; i++) {
            comeBack(cluster, swarm, session.getFirst(), head, i, micros, withConnecting);
        }
        micros.reset();
        withConnecting.reset();
        for (int i = 0; i < RETURNS; i++) {
            frames += comeBack(cluster, swarm, session.getFirst(), head, i, micros, withConnecting);
        }
        Crowd.clean(swarm.reading());
        String what = bytes + "-byte tokens: ";
        results.latency(what + "caught up, from the open WebSocket", micros, Target.none());
        results.figure(
                what + "the same p50, judged",
                micros.getValueAtPercentile(50) / 1000.0,
                "ms",
                Target.atMost(P50_MILLIS));
        results.figure(what + "the same p50 with connecting", withConnecting.getValueAtPercentile(50) / 1000.0, "ms");
        results.figure(what + "frames", (double) frames / RETURNS, "", Target.atMost(FRAMES));
    }

    private static long comeBack(
            Cluster cluster,
            Swarm swarm,
            String session,
            int head,
            int number,
            Histogram micros,
            Histogram withConnecting) {
        long[] doneNanos = new long[1];
        long begun = System.nanoTime();
        BenchTab tab = swarm.ask(() -> {
            BenchTab back = swarm.begin("back " + number, cluster.url(number), Crowd.path(session, head - MISSED));
            back.startAfter(head - MISSED);
            back.at(head, () -> doneNanos[0] = System.nanoTime());
            return back;
        });
        swarm.await("the missed tokens", SOON, () -> doneNanos[0] > 0);
        micros.recordValue((doneNanos[0] - tab.openedNanos()) / 1_000);
        withConnecting.recordValue((doneNanos[0] - begun) / 1_000);
        return swarm.ask(() -> {
            swarm.leave(tab);
            return tab.frames();
        });
    }
}
