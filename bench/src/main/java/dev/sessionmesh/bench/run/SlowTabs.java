package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.driver.BenchTab;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.KernelQueues;
import dev.sessionmesh.bench.lab.Processors;
import dev.sessionmesh.bench.lab.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tabs that read 1 KB/s while the session says hundreds of times as much: what they hold up, and whether they miss anything. */
final class SlowTabs implements Benchmark {
    private static final int SLOW = 100;
    private static final int BYTES_PER_SECOND = 1024;
    private static final int TOKEN_BYTES = 100;
    private static final int INTERVAL_MICROS = 500;
    private static final int HEAP_MEGABYTES = 1_500;
    private static final Duration SOON = Duration.ofMinutes(2);
    /** The window of Netty's buffers and the tab itself. */
    private static final double HEAP_KILOBYTES = 128;
    /** Asked of the kernel is 128 KB, which it doubles; it counts its own overhead apart. */
    private static final double KERNEL_KILOBYTES = 320;

    private static final double EVENTS_PER_FRAME = 5;

    @Override
    public String name() {
        return "slow-tabs";
    }

    @Override
    public String question() {
        return "what a tab costs that reads " + BYTES_PER_SECOND
                + " bytes/s of a stream 200 times as fast, and what it gets";
    }

    @Override
    public void run(Plan plan, Results results) {
        try (Cluster cluster = Cluster.start(1, 0, Processors.ALL, HEAP_MEGABYTES, plan.logs());
                Swarm swarm = new Swarm()) {
            List<String> session = Crowd.names("fast", 1);
            cluster.createSessions(session);
            Crowd crowd = Crowd.attach(swarm, cluster, session, 1, (s, tab) -> 0);
            ServerProcess server = cluster.nodes().getFirst();
            crowd.say(1_000, 100, TOKEN_BYTES, "enqueue");
            swarm.await("a first answer", SOON, () -> crowd.tabs().getFirst().seq() >= 1_004);
            List<BenchTab> slow = attachSlow(swarm, cluster, session.getFirst());
            long heapBefore = server.liveHeapBytes();
            long logBefore = crowd.tabs().getFirst().seq();

            int tokens = (int) (plan.warmup().plus(plan.measure()).toNanos() / 1_000 / INTERVAL_MICROS);
            crowd.say(tokens, INTERVAL_MICROS, TOKEN_BYTES, "enqueue");
            long head = logBefore + tokens + 4;
            swarm.await("the stream to end", SOON, () -> crowd.tabs().getFirst().seq() >= head);
            double heap = (server.liveHeapBytes() - heapBefore) / 1024.0 / SLOW;
            double kernel = KernelQueues.unsent(server.url().getPort()) / 1024.0 / SLOW;
            long behind = head
                    - swarm.ask(
                            () -> slow.stream().mapToLong(BenchTab::seq).max().orElseThrow());
            results.note(String.format(
                    Locale.ROOT,
                    "%,d tokens (%,d KB) said; the best slow tab lags %,d events",
                    tokens,
                    tokens * TOKEN_BYTES / 1024,
                    behind));
            results.figure(
                    "heap per slow tab, its share of the log included", heap, "KB", Target.atMost(HEAP_KILOBYTES));
            results.figure("kernel send queue per slow tab", kernel, "KB", Target.atMost(KERNEL_KILOBYTES));

            long framesBefore =
                    swarm.ask(() -> slow.stream().mapToLong(BenchTab::frames).sum());
            long eventsBefore =
                    swarm.ask(() -> slow.stream().mapToLong(BenchTab::seq).sum());
            swarm.hurry();
            swarm.await("slow tabs to have it all", SOON, () -> slow.stream().allMatch(tab -> tab.seq() >= head));
            Crowd.clean(swarm.reading());
            long frames =
                    swarm.ask(() -> slow.stream().mapToLong(BenchTab::frames).sum()) - framesBefore;
            long got = swarm.ask(() -> slow.stream().mapToLong(BenchTab::tokens).sum());
            results.figure("tokens missing at slow tabs", (double) tokens * SLOW - got, "", Target.atMost(0));
            results.figure(
                    "events per frame while catching up",
                    (double) (head * SLOW - eventsBefore) / frames,
                    "",
                    Target.atLeast(EVENTS_PER_FRAME));
        }
    }

    private static List<BenchTab> attachSlow(Swarm swarm, Cluster cluster, String session) {
        List<BenchTab> slow = new ArrayList<>();
        for (int i = 0; i < SLOW; i++) {
            BenchTab tab = swarm.openSlow("slow " + i, cluster.url(0), Crowd.path(session, 1_004), BYTES_PER_SECOND);
            swarm.ask(() -> {
                tab.startAfter(1_004);
                return true;
            });
            slow.add(tab);
        }
        swarm.await("slow tabs to attach", SOON, () -> slow.stream().allMatch(BenchTab::attached));
        return slow;
    }
}
