package dev.sessionmesh.server;

import dev.sessionmesh.archive.ArchiveRoom;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.custody.Custody;
import dev.sessionmesh.custody.Seal;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.store.hazelcast.HazelcastMaps;
import dev.sessionmesh.store.hazelcast.HazelcastMemory;
import dev.sessionmesh.store.hazelcast.HazelcastRemains;
import dev.sessionmesh.store.hazelcast.HazelcastSessionStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Wires what is done with sessions as a whole to the cluster. */
final class Custodies {
    private Custodies() {}

    /** @param sessions with those that sleep */
    static Custody open(
            Grid grid,
            Loops loops,
            HazelcastMaps maps,
            HazelcastSessionStore store,
            SessionStore sessions,
            Optional<ArchiveRoom> archive,
            Seal seal,
            ToolCatalogue catalogue,
            InstantSource clock,
            String node,
            Executor blocking) {
        HazelcastMemory memory = new HazelcastMemory(
                grid.hazelcast, maps, grid.local, store, grid.limits, grid.quorum::hasQuorum, grid.term(), blocking);
        return new Custody(new Custody.Kit(
                loops,
                sessions,
                archive.map(ArchiveRoom::archive),
                new HazelcastRemains(grid.hazelcast, maps, blocking),
                memory,
                seal,
                catalogue,
                grid.limits,
                clock,
                new SecureRandom()::nextLong,
                node,
                blocking));
    }
}
