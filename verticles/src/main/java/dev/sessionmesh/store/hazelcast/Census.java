package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import dev.sessionmesh.access.quota.Usages;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How many sessions this member owns, counted when somebody asks: about 50 ms for a hundred thousand of them, so not to be asked all the time. */
public final class Census implements Usages.Sessions {
    private final HazelcastInstance hazelcast;
    private final PartitionService partitions;
    private final LocalSessions local;
    private final Executor blocking;

    /** @param blocking where they are counted */
    public Census(HazelcastInstance hazelcast, LocalSessions local, Executor blocking) {
        this.hazelcast = hazelcast;
        this.partitions = hazelcast.getPartitionService();
        this.local = local;
        this.blocking = blocking;
    }

    @Override
    public CompletableFuture<Integer> of(String tenant) {
        String prefix = tenant + "/";
        return CompletableFuture.supplyAsync(
                () -> (int) owned(local.keys().stream().filter(key -> key.startsWith(prefix)))
                        .count(),
                blocking);
    }

    @Override
    public CompletableFuture<Map<String, Integer>> all() {
        return CompletableFuture.supplyAsync(
                () -> owned(local.keys().stream())
                        .collect(Collectors.groupingBy(
                                key -> key.substring(0, key.indexOf('/')), Collectors.summingInt(key -> 1))),
                blocking);
    }

    private Stream<String> owned(Stream<String> keys) {
        var self = hazelcast.getCluster().getLocalMember();
        return keys.filter(key -> {
            Partition partition = partitions.getPartition(key);
            return self.equals(partition.getOwner());
        });
    }
}
