package dev.sessionmesh.chaos.sim;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import dev.sessionmesh.store.hazelcast.Background;
import dev.sessionmesh.store.hazelcast.ChunkKey;
import dev.sessionmesh.store.hazelcast.HazelcastMaps;
import dev.sessionmesh.store.hazelcast.MemberServices;
import dev.sessionmesh.store.hazelcast.NamedPart;
import dev.sessionmesh.store.hazelcast.Slot;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The grid in the shape in which the production code knows it: Hazelcast's interfaces, as far as they are used. */
final class SimGridMaps {
    private SimGridMaps() {}

    static HazelcastMaps of(Grid grid, Member member, Background background) {
        return new HazelcastMaps(
                sessions(grid, member),
                values(grid, member, "chunks", copy -> copy.chunks, ChunkKey::getPartitionKey),
                values(grid, member, "blobs", copy -> copy.blobs, NamedPart::getPartitionKey),
                background);
    }

    @SuppressWarnings({"unchecked", "FutureReturnValueIgnored"}) // what the stub answers is the future itself
    private static IMap<String, Slot> sessions(Grid grid, Member member) {
        return Stub.of(
                IMap.class,
                "sessions",
                Map.of(
                        "submitToKey",
                                given -> grid.invoke(
                                        member,
                                        (String) given[0],
                                        Op.process((String) given[0], (EntryProcessor<String, Slot, Object>) given[1])),
                        "localKeySet", none -> localKeys(member)));
    }

    private static Set<String> localKeys(Member member) {
        Set<String> keys = new LinkedHashSet<>();
        for (int p = 0; p < Grid.PARTITIONS; p++) {
            if (member.owns(p)) {
                keys.addAll(member.copy(p).sessions.keySet());
            }
        }
        return keys;
    }

    @SuppressWarnings({"unchecked", "FutureReturnValueIgnored"}) // what the stub answers is the future itself
    private static <K> IMap<K, byte[]> values(
            Grid grid,
            Member member,
            String name,
            Function<Member.Copy, Map<K, byte[]>> map,
            Function<K, String> partitionKey) {
        return Stub.of(
                IMap.class,
                name,
                Map.of(
                        "setAsync",
                                given -> grid.invoke(
                                        member,
                                        partitionKey.apply((K) given[0]),
                                        Op.plain(copy -> put(map.apply(copy), (K) given[0], (byte[]) given[1]), true)),
                        "getAsync",
                                given -> grid.invoke(
                                        member,
                                        partitionKey.apply((K) given[0]),
                                        Op.plain(copy -> value(map.apply(copy), (K) given[0]), false)),
                        "deleteAsync",
                                given -> grid.invoke(
                                        member,
                                        partitionKey.apply((K) given[0]),
                                        Op.plain(copy -> map.apply(copy).remove((K) given[0]) != null, true)),
                        "keySet", predicate -> Set.of()));
    }

    /** Answers null, as a set does. */
    private static <K> @Nullable Object put(Map<K, byte[]> map, K key, byte[] value) {
        map.put(key, value);
        return null;
    }

    private static <K> byte @Nullable [] value(Map<K, byte[]> map, K key) {
        return map.get(key);
    }

    static HazelcastInstance instance(Member member, MemberServices services) {
        Cluster cluster = Stub.of(
                Cluster.class,
                "cluster",
                Map.of("getLocalMember", none -> member.face, "getMembers", none -> member.view.members().stream()
                        .map(known -> known.face)
                        .collect(Collectors.toCollection(LinkedHashSet::new))));
        PartitionService partitions = Stub.of(
                PartitionService.class,
                "partitions",
                Map.of(
                        "getPartition", given -> partition(member, Grid.partition((String) given[0])),
                        "getPartitions",
                                none -> {
                                    Set<Partition> all = new LinkedHashSet<>();
                                    for (int p = 0; p < Grid.PARTITIONS; p++) {
                                        all.add(partition(member, p));
                                    }
                                    return all;
                                },
                        "addMigrationListener",
                                given -> {
                                    com.hazelcast.partition.MigrationListener listener =
                                            (com.hazelcast.partition.MigrationListener) given[0];
                                    member.migrationListeners.add(() -> listener.migrationFinished(NO_STATE));
                                    return member.id;
                                }));
        ConcurrentMap<String, Object> context = new ConcurrentHashMap<>(Map.of(MemberServices.KEY, services));
        return Stub.of(
                HazelcastInstance.class,
                "hazelcast of " + member,
                Map.of(
                        "getUserContext", none -> context,
                        "getPartitionService", none -> partitions,
                        "getCluster", none -> cluster));
    }

    private static final com.hazelcast.partition.MigrationState NO_STATE =
            Stub.of(com.hazelcast.partition.MigrationState.class, "migration", Map.of());

    private static Partition partition(Member member, int id) {
        return new SimPartition(id, member);
    }

    /** A partition as one member sees it. */
    private record SimPartition(int id, Member member) implements Partition {
        @Override
        public int getPartitionId() {
            return id;
        }

        @Override
        public com.hazelcast.cluster.@Nullable Member getOwner() {
            return member.view.owner(id).map(owner -> owner.face).orElse(null);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SimPartition partition && partition.id == id;
        }

        @Override
        public int hashCode() {
            return id;
        }
    }
}
