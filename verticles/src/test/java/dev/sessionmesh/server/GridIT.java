package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.ClusterState;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.cluster.ClusterSettings;
import dev.sessionmesh.cluster.HazelcastConfigs;
import dev.sessionmesh.cluster.HazelcastWiring;
import dev.sessionmesh.cluster.HostPort;
import dev.sessionmesh.cluster.JvmFlags;
import dev.sessionmesh.cluster.Profile;
import dev.sessionmesh.store.hazelcast.SessionMerge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class GridIT {
    /** As Hazelcast does with those that it is about to merge into another side. */
    @Test
    void a_node_waits_for_a_cluster_that_takes_nobody_in_for_a_moment() throws Exception {
        JvmFlags.apply();
        int port = freePort();
        HazelcastInstance first = Grid.join(config("a", port, List.of()));
        try {
            first.getCluster().changeClusterState(ClusterState.FROZEN);
            CompletableFuture<HazelcastInstance> second = CompletableFuture.supplyAsync(() -> {
                try {
                    return Grid.join(config("b", freePort(), List.of(new HostPort("127.0.0.1", port))));
                } catch (IOException | InterruptedException failed) {
                    throw new AssertionError(failed);
                }
            });
            Thread.sleep(3_000);
            assertEquals(1, first.getCluster().getMembers().size());
            first.getCluster().changeClusterState(ClusterState.ACTIVE);
            HazelcastInstance joined = second.get(60, TimeUnit.SECONDS);
            assertEquals(2, joined.getCluster().getMembers().size());
            joined.getLifecycleService().terminate();
        } finally {
            first.getLifecycleService().terminate();
        }
    }

    /** Cleaning up behind it waits for partitions, and so for those who are told behind Vert.x. */
    @Test
    void vertx_keeps_nobody_else_from_hearing_of_a_loss() throws Exception {
        JvmFlags.apply();
        HazelcastInstance member = Grid.join(config("c", freePort(), List.of()));
        try {
            BusMembership bus = new BusMembership(member);
            MembershipEvent lost = new MembershipEvent(
                    member.getCluster(),
                    member.getCluster().getLocalMember(),
                    MembershipEvent.MEMBER_REMOVED,
                    member.getCluster().getMembers());
            Thread hazelcasts = Thread.ofPlatform().unstarted(() -> bus.memberRemoved(lost));
            synchronized (bus) { // as while it is busy with another loss
                hazelcasts.start();
                assertTrue(hazelcasts.join(Duration.ofSeconds(30)));
            }
        } finally {
            member.getLifecycleService().terminate();
        }
    }

    private static Config config(String name, int port, List<HostPort> peers) {
        ClusterSettings settings = ClusterSettings.of(Profile.LAN, name)
                .clusterName("grid-" + ProcessHandle.current().pid())
                .bindHost("127.0.0.1")
                .memberPort(port)
                .join(peers)
                .partitions(17)
                .backups(0)
                .membersExpected(1)
                .build();
        return HazelcastConfigs.from(
                settings, new HazelcastWiring(SessionMerge.class.getName(), Map.of(), Map.of(), 1));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
