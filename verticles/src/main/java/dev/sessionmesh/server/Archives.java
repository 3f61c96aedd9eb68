package dev.sessionmesh.server;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveRoom;
import dev.sessionmesh.archive.Cursors;
import dev.sessionmesh.archive.VertxArchiveBus;
import dev.sessionmesh.archive.redis.RedisArchive;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.server.cli.ServeOptions;
import dev.sessionmesh.store.hazelcast.HazelcastMaps;
import dev.sessionmesh.store.hazelcast.HazelcastMemory;
import dev.sessionmesh.store.hazelcast.HazelcastSessionStore;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Wires the archive to the cluster. */
final class Archives {
    private Archives() {}

    /**
     * @param wanted whether somebody still has something to do with a session that nobody follows
     * @param cursors of webhooks; asked from the room's start on
     */
    static ArchiveRoom open(
            Grid grid,
            HazelcastMaps maps,
            HazelcastSessionStore store,
            InstantSource clock,
            String self,
            ServeOptions.Archive options,
            Function<SessionKey, CompletionStage<Boolean>> wanted,
            Supplier<Cursors> cursors,
            Executor blocking) {
        Archive archive = RedisArchive.open(grid.vertx, options.redis());
        HazelcastMemory memory = new HazelcastMemory(
                grid.hazelcast, maps, grid.local, store, grid.limits, grid.quorum::hasQuorum, grid.term(), blocking);
        return new ArchiveRoom(new ArchiveRoom.Kit(
                archive,
                memory,
                new VertxArchiveBus(grid.vertx, self),
                options.settings(),
                new Session(grid.limits),
                clock,
                new SecureRandom()::nextLong,
                self,
                // Each list belongs to whoever has its partition.
                bucket -> grid.quorum.hasQuorum() && memory.isMine("due/" + bucket),
                Archives::heapUsed,
                wanted,
                cursors));
    }

    private static double heapUsed() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return heap.getMax() <= 0 ? 0 : (double) heap.getUsed() / heap.getMax();
    }
}
