package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.fault.FaultProxy;
import dev.sessionmesh.chaos.fault.Faults;
import dev.sessionmesh.chaos.fault.Faults.Beyond;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The archive is silent, slow, torn, and at last emptied, while sessions go on as if nothing were. When it is well it gets what it missed: the death of
 * all nodes afterwards costs nothing that was acknowledged some seconds before.
 */
final class ArchiveFaults implements Drill.Scenario {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration BAD_FOR = Duration.ofSeconds(6);
    /** The longest a fault keeps the archive from being asked again, and what it missed from being written. */
    private static final Duration CATCHES_UP = Duration.ofSeconds(12);

    private static final int SOME_BYTES = 4_000;
    private static final String HOST = "127.0.0.1";

    private record Archive(RedisProcess redis, FaultProxy link) {}

    private final Deque<Archive> archives = new ArrayDeque<>();

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        RedisProcess redis = RedisProcess.start(plan.dir().resolve("redis"));
        FaultProxy link = Workload.await(
                "a proxy",
                WITHIN,
                FaultProxy.start(vertx, HOST, SocketAddress.inetSocketAddress(redis.port(), HOST), 1));
        archives.push(new Archive(redis, link));
        return plan.withArguments(
                List.of("--archive-redis=redis://" + HOST + ":" + link.port(), "--archive-mode=async"));
    }

    @Override
    public void end() {
        archives.forEach(archive -> archive.redis().close());
        archives.clear();
    }

    @Override
    public void play(Arena arena) {
        Archive archive = archives.element();
        FaultProxy link = archive.link();
        arena.underLoad();
        BlockedLoops loops = BlockedLoops.of(arena.lab);
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            endure(arena, link, "archive silent", Faults.none().after(SOME_BYTES, Beyond.SILENCE));
            endure(arena, link, "archive torn", Faults.none().after(SOME_BYTES, Beyond.RESET));
            endure(
                    arena,
                    link,
                    "archive slow",
                    Faults.none().withLatency(Duration.ofMillis(300), Duration.ofMillis(200)));
        }
        arena.note("archive emptied", "");
        archive.redis().empty();
        arena.goesOn(1);
        arena.workload.rest();
        Arena.pass(CATCHES_UP);
        loops.judge(arena);
        arena.dieAndStartAgain();
        arena.workload.start();
        arena.goesOn(2);
    }

    /** Nobody who talks notices. */
    private static void endure(Arena arena, FaultProxy link, String what, Faults faults) {
        arena.note(what, "");
        Workload.await("faults", WITHIN, link.set(faults));
        Workload.await("new connections", WITHIN, link.resetAll());
        Arena.pass(BAD_FOR);
        arena.goesOn(2);
        Workload.await("no faults", WITHIN, link.set(Faults.none()));
        Workload.await("new connections", WITHIN, link.resetAll());
        arena.note("archive well", "");
        arena.goesOn(1);
    }
}
