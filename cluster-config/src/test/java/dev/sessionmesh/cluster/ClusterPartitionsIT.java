package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.Partition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterPartitionsIT {
    @TempDir
    Path state;

    @Test
    void replicas_are_what_was_asked_for_or_the_partition_is_degraded() throws Exception {
        var settings = EmbeddedNode.settings("replicas", "a", 3, state).backups(2);
        try (var a = EmbeddedNode.start(settings.build())) {
            var replicas = Replicas.of(a.hazelcast, a.settings);
            a.hazelcast.getMap(MeshNames.SESSIONS).set("key", "value");
            assertEquals(31, replicas.degraded());
            assertEquals(
                    a.hazelcast.getPartitionService().getPartition("key").getPartitionId(),
                    replicas.partitionOf("key"));

            var b = EmbeddedNode.start("replicas", "b", 3, state, a);
            EmbeddedNode.await("one backup each", () -> all(replicas, 1));
            assertEquals(31, replicas.degraded());
            var c = EmbeddedNode.start("replicas", "c", 3, state, a);
            EmbeddedNode.await("two backups each", () -> all(replicas, 2));
            assertEquals(0, replicas.degraded());

            b.crash();
            EmbeddedNode.await("degraded again", () -> replicas.degraded() == 31);
            assertEquals("value", a.hazelcast.getMap(MeshNames.SESSIONS).get("key"));
            c.close();
        }
    }

    @Test
    void a_lost_partition_is_known_to_all_and_to_those_who_come_later_until_it_is_released() throws Exception {
        try (var a = EmbeddedNode.start(node("a").build())) {
            var b = EmbeddedNode.start(node("b", a).build());
            var c = EmbeddedNode.start(node("c", a).build());
            EmbeddedNode.await(
                    "safe",
                    () -> a.hazelcast.getPartitionService().isClusterSafe()
                            && a.hazelcast.getPartitionService().getPartitions().stream()
                                    .allMatch(partition -> partition.getOwner() != null));
            // Touch every map first, so that what is shared has its copies too.
            a.hazelcast.getMap(MeshNames.META).set("warm", "up");
            try (var onA = PartitionLoss.start(a.hazelcast, a.settings)) {
                assertEquals(0, onA.count());
                var replicas = Replicas.of(a.hazelcast, a.settings);
                EmbeddedNode.await("backups", () -> replicas.degraded() == 0);
                // Both at once: every partition that had its primary and its only backup on b and c is gone.
                var gone = IntStream.range(0, 31)
                        .filter(partition -> !hasDataOn(a.hazelcast, replicas, partition))
                        .boxed()
                        .toList();
                assertFalse(gone.isEmpty());
                terminate(b, c);

                EmbeddedNode.await("losses noticed", () -> gone.stream().allMatch(onA::isLost));
                assertEquals(gone.size(), onA.count());
                assertTrue(onA.events() >= gone.size());

                var d = EmbeddedNode.start(node("d", a).build());
                try (var onD = PartitionLoss.start(d.hazelcast, d.settings)) {
                    assertTrue(gone.stream().allMatch(onD::isLost), "a later joiner knows");
                    int released = gone.getFirst();
                    onD.release(released).join();
                    assertFalse(onD.isLost(released));
                    EmbeddedNode.await("released everywhere", () -> !onA.isLost(released));
                    assertEquals(gone.size() - 1, onA.count());
                    assertThrows(
                            CompletionException.class, () -> onD.release(31).join());
                } finally {
                    d.close();
                }
            }
        }
    }

    /** As after a migration that failed, but for good. */
    @Test
    void copies_take_the_place_of_a_lost_member_although_hazelcast_leaves_the_partition_table_alone() throws Exception {
        var settings = EmbeddedNode.settings("promotions", "a", 2, state).backups(1);
        try (var a = EmbeddedNode.start(settings.build())) {
            var promoted = new AtomicInteger();
            Promotions.start(a.hazelcast).onPromoted(() -> promoted.set(owned(a.hazelcast)));
            var b = EmbeddedNode.start("promotions", "b", 2, state, a);
            var partitions = a.hazelcast.getPartitionService();
            a.hazelcast.getMap(MeshNames.SESSIONS).set("key", "value");
            EmbeddedNode.await(
                    "copies on both",
                    () -> partitions.isClusterSafe()
                            && partitions.getPartitions().stream().anyMatch(partition -> !isOwn(partition)));
            Internals.of(a.hazelcast).node.partitionService.pauseMigration();
            b.crash();
            EmbeddedNode.await("the copies, and word of them", () -> promoted.get() == 31);
            assertEquals(31, owned(a.hazelcast));
        }
    }

    private static int owned(HazelcastInstance hazelcast) {
        return Math.toIntExact(hazelcast.getPartitionService().getPartitions().stream()
                .filter(ClusterPartitionsIT::isOwn)
                .count());
    }

    private static boolean isOwn(Partition partition) {
        return partition.getOwner() != null && partition.getOwner().localMember();
    }

    private ClusterSettingsBuilder node(String name, EmbeddedNode... peers) throws IOException {
        return EmbeddedNode.settings("losses", name, 3, state, peers).backups(1);
    }

    private static boolean all(Replicas replicas, int backups) {
        return IntStream.range(0, 31).allMatch(partition -> replicas.backups(partition) == backups);
    }

    private static boolean hasDataOn(HazelcastInstance hazelcast, Replicas replicas, int partition) {
        return replicas.isOn(hazelcast.getCluster().getLocalMember(), partition);
    }

    private static void terminate(EmbeddedNode... nodes) throws InterruptedException {
        var crashes = List.of(nodes).stream()
                .map(node -> Thread.ofPlatform().start(node::crash))
                .toList();
        for (var crash : crashes) {
            crash.join();
        }
    }
}
