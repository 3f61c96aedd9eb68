package dev.sessionmesh.chaos.sim;

import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.store.hazelcast.ChunkKey;
import dev.sessionmesh.store.hazelcast.NamedPart;
import dev.sessionmesh.store.hazelcast.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** A member of the grid: its copies, and what it believes about the others. */
final class Member {
    /** What it holds of one partition. */
    static final class Copy {
        final Map<String, Slot> sessions = new LinkedHashMap<>();
        final Map<ChunkKey, byte[]> chunks = new LinkedHashMap<>();
        final Map<NamedPart, byte[]> blobs = new LinkedHashMap<>();

        Copy copied() {
            Copy copy = new Copy();
            copy.sessions.putAll(sessions);
            copy.chunks.putAll(chunks);
            copy.blobs.putAll(blobs);
            return copy;
        }
    }

    final UUID id;
    final String incarnation;
    final Machine machine;
    final Map<Integer, Copy> copies = new HashMap<>();
    /** Members that are being given a copy and are told of every change already. */
    final Map<Integer, List<Member>> joining = new HashMap<>();
    /** Partitions that are about to belong to somebody else: nothing is done in them meanwhile. */
    final Set<Integer> leaving = new HashSet<>();

    final List<Invocation> pending = new ArrayList<>();
    final List<Runnable> migrationListeners = new ArrayList<>();
    Consumer<Member> left = member -> {};
    /** As the production code knows it. */
    final com.hazelcast.cluster.Member face;

    HazelcastInstance hazelcast;
    Table view;

    Member(UUID id, Machine machine, Table view) {
        this.id = id;
        this.incarnation = id.toString();
        this.machine = machine;
        this.view = view;
        this.face = Stub.of(com.hazelcast.cluster.Member.class, machine.toString(), Map.of("getUuid", none -> id));
        this.hazelcast = Stub.of(HazelcastInstance.class, "hazelcast of " + machine, Map.of());
    }

    Copy copy(int partition) {
        return copies.computeIfAbsent(partition, p -> new Copy());
    }

    boolean owns(int partition) {
        return view.owner(partition).filter(owner -> owner == this).isPresent() && !leaving.contains(partition);
    }

    @Override
    public String toString() {
        return machine.toString();
    }
}
