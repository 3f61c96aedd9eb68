package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.RedisProcess;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * All nodes die at once in the middle of the sentences, and start again with nothing in memory. With a synchronous archive nothing that was
 * acknowledged is lost, sentences go on, and tabs go on where they were.
 */
final class ArchiveRestart implements Drill.Scenario {
    private static final Duration TALKS_FOR = Duration.ofSeconds(3);

    private final Deque<RedisProcess> archives = new ArrayDeque<>();

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        RedisProcess redis = RedisProcess.start(plan.dir().resolve("redis"));
        archives.push(redis);
        return plan.withArguments(List.of(
                "--archive-redis=redis://127.0.0.1:" + redis.port(), "--archive-mode=sync", "--archive-idle=2"));
    }

    @Override
    public void end() {
        archives.forEach(RedisProcess::close);
        archives.clear();
    }

    @Override
    public void play(Arena arena) {
        arena.notes.add("archive: Redis without persistence of its own");
        Histogram times = new Histogram(3);
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Arena.pass(TALKS_FOR);
            long readyNs = arena.dieAndStartAgain();
            arena.goesOn(1);
            times.recordValue((System.nanoTime() - readyNs) / 1_000);
        }
        arena.measures.add(Measure.of("all nodes ready to every session answered", times));
        arena.goesOn(2);
    }
}
