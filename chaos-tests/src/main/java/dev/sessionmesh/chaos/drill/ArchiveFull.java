package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.RedisProcess;
import dev.sessionmesh.chaos.lab.Waiting;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * The archive's memory is full under load, and given room again. Whoever talks notices nothing, new sessions are made; the nodes name the reason; with room
 * the archive gets what it missed, so that the death of all nodes costs nothing afterwards.
 */
final class ArchiveFull implements Drill.Scenario {
    private static final Duration CALM_FOR = Duration.ofSeconds(5);
    private static final Duration FULL_WITHIN = Duration.ofSeconds(30);
    private static final Duration FULL_FOR = Duration.ofSeconds(8);
    /** A recovery that storms does it at once. */
    private static final Duration STORMS_WITHIN = Duration.ofSeconds(4);

    private static final double CAUGHT_UP_P99_MS = 5_000;
    private static final long ROOM_BYTES = 100_000;
    private static final int NEW_SESSIONS = 2;
    private static final String CAUGHT_UP = "archive has room to nothing missing in it";
    private static final String NAMED = "a full archive is named as the reason by every node's metric";
    private static final String FULL = "the archive is full indeed";

    private final Deque<RedisProcess> archives = new ArrayDeque<>();

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        RedisProcess redis = RedisProcess.start(plan.dir().resolve("redis"));
        archives.push(redis);
        return plan.withArguments(List.of("--archive-redis=redis://" + redis.address(), "--archive-mode=async"));
    }

    @Override
    public void end() {
        archives.forEach(RedisProcess::close);
        archives.clear();
    }

    @Override
    public void play(Arena arena) {
        RedisProcess redis = archives.element();
        ArchiveView view = new ArchiveView(arena.lab);
        Histogram times = new Histogram(3);
        arena.underLoad();
        BlockedLoops loops = BlockedLoops.of(arena.lab);
        try (RedisPulse pulse = RedisPulse.of(List.of(redis))) {
            for (int round = 1; round <= arena.settings.rounds(); round++) {
                pulse.peak();
                Arena.pass(CALM_FOR);
                long calm = pulse.peak();
                endure(arena, redis, pulse, round);
                pulse.judge(arena, calm, RedisPulse.REFUSED, "while it is full");
                arena.note("archive has room", "");
                redis.leaveAllRoom();
                long roomNs = System.nanoTime();
                view.awaitCaughtUp();
                times.recordValue((System.nanoTime() - roomNs) / 1_000);
                Arena.pass(STORMS_WITHIN);
                pulse.judge(arena, calm, RedisPulse.CATCHING_UP, "when it has room again");
                arena.goesOn(1);
            }
        }
        arena.measures.add(Measure.of(CAUGHT_UP, times).p99AtMost(CAUGHT_UP_P99_MS));
        loops.judge(arena);
        arena.workload.rest();
        view.awaitComplete();
        arena.dieAndStartAgain();
        arena.workload.start();
        arena.goesOn(2);
    }

    private static void endure(Arena arena, RedisProcess redis, RedisPulse pulse, int round) {
        Map<Node, Double> before =
                arena.lab.nodes().stream().collect(Collectors.toMap(Function.identity(), ArchiveFull::refused));
        arena.note("archive full", "");
        redis.leaveRoom(ROOM_BYTES);
        for (Node node : arena.lab.nodes()) {
            boolean named = isNamed(node, before.getOrDefault(node, 0.0));
            arena.expect(NAMED, named, node.name() + " does not say that the archive is full");
        }
        // What connections take comes and goes, and would let a write through now and then.
        redis.leaveRoom(-ROOM_BYTES);
        pulse.peak();
        arena.workload.open("full" + round, NEW_SESSIONS);
        arena.workload.start();
        Arena.pass(FULL_FOR);
        arena.goesOn(2);
        long lagMs = new ArchiveView(arena.lab).lagMs();
        arena.expect(FULL, lagMs > FULL_FOR.toMillis() / 2, "at most " + lagMs + " ms are missing in it");
    }

    private static boolean isNamed(Node node, double before) {
        long deadline = System.nanoTime() + FULL_WITHIN.toNanos();
        Waiting.until(
                "a full archive to be named",
                FULL_WITHIN.plusSeconds(5),
                () -> refused(node) > before || System.nanoTime() > deadline,
                () -> "");
        return refused(node) > before;
    }

    /** What the metric says of writes that were refused for want of memory. */
    private static double refused(Node node) {
        return new Operator(node)
                .metric("sessionmesh_archive_failures_total", "kind=\"full\"")
                .orElse(0);
    }
}
