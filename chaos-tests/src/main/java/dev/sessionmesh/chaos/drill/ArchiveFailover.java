package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.RedisGroup;
import dev.sessionmesh.chaos.lab.RedisProcess;
import dev.sessionmesh.chaos.lab.Waiting;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * The archive's master dies under load, hangs, and dies together with all nodes; each time its replica takes over. With a synchronous archive that asks for a
 * replica nothing that was acknowledged is lost, and what waited goes on by itself.
 */
final class ArchiveFailover implements Drill.Scenario {
    private static final Duration CALM_FOR = Duration.ofSeconds(5);
    /** Longer than it takes until the replica is the master. */
    private static final Duration HANGS_FOR = Duration.ofSeconds(6);

    private static final Duration REPLACED_WITHIN = Duration.ofSeconds(30);

    private static final Duration STORMS_WITHIN = Duration.ofSeconds(4);
    private static final double CAUGHT_UP_P99_MS = 12_000;
    private static final String REPLACED = "the replica takes the place of an archive's master that is gone";

    /** What is done to the master, each in its turn. */
    private enum Act {
        DIES,
        HANGS,
        DIES_WITH_ALL_NODES
    }

    private final Function<Path, RedisGroup> kind;
    private final Deque<RedisGroup> archives = new ArrayDeque<>();

    /** @param kind starts the servers, in this directory */
    ArchiveFailover(Function<Path, RedisGroup> kind) {
        this.kind = kind;
    }

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        RedisGroup archive = kind.apply(plan.dir());
        archives.push(archive);
        return plan.withArguments(
                List.of("--archive-redis=" + archive.url(), "--archive-mode=sync", "--archive-replicas=1"));
    }

    @Override
    public void end() {
        archives.forEach(RedisGroup::close);
        archives.clear();
    }

    @Override
    public void play(Arena arena) {
        RedisGroup archive = archives.element();
        Histogram times = new Histogram(3);
        arena.underLoad();
        try (RedisPulse pulse = RedisPulse.of(archive.servers())) {
            Arena.pass(CALM_FOR);
            pulse.peak();
            Arena.pass(CALM_FOR);
            long calm = pulse.peak();
            for (int round = 1; round <= arena.settings.rounds(); round++) {
                Act act = Act.values()[(round - 1) % Act.values().length];
                BlockedLoops loops = BlockedLoops.of(arena.lab);
                replace(arena, archive, act, times);
                if (act != Act.DIES_WITH_ALL_NODES) {
                    Arena.pass(STORMS_WITHIN);
                    pulse.judge(arena, calm, RedisPulse.CATCHING_UP, "when its master was replaced");
                    loops.judge(arena);
                }
                arena.goesOn(1);
                archive.awaitWhole();
                pulse.peak();
            }
        }
        arena.measures.add(Measure.of("archive's master gone to nothing missing in it", times)
                .p99AtMost(CAUGHT_UP_P99_MS));
        arena.dieAndStartAgain();
        arena.goesOn(2);
    }

    private static void replace(Arena arena, RedisGroup archive, Act act, Histogram times) {
        RedisProcess master = archive.master();
        switch (act) {
            case DIES -> {
                arena.note("archive's master dies", "");
                master.kill();
                await(arena, archive, master, times);
                arena.goesOn(1);
                master.run();
            }
            case HANGS -> {
                arena.note("archive's master hangs", "");
                master.freeze();
                await(arena, archive, master, times);
                Arena.pass(HANGS_FOR);
                arena.goesOn(1);
                arena.note("archive's master wakes up", "");
                master.thaw();
            }
            case DIES_WITH_ALL_NODES -> {
                arena.note("archive's master dies", "");
                master.kill();
                arena.dieAndStartAgain();
                arena.goesOn(1);
                master.run();
            }
        }
        arena.expect(REPLACED, archive.isReplaced(master), "it is the master still, or again, after: " + act);
    }

    private static void await(Arena arena, RedisGroup archive, RedisProcess gone, Histogram times) {
        long goneNs = System.nanoTime();
        Waiting.until("a replica to be the master", REPLACED_WITHIN, () -> archive.isReplaced(gone), () -> "");
        new ArchiveView(arena.lab).awaitCaughtUp();
        times.recordValue((System.nanoTime() - goneNs) / 1_000);
    }
}
