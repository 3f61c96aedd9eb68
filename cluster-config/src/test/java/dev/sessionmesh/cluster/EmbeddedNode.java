package dev.sessionmesh.cluster;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A member in this JVM, on a loopback port that was free a moment ago, with its quorum. */
final class EmbeddedNode implements AutoCloseable {
    final ClusterSettings settings;
    final HazelcastInstance hazelcast;
    final ClusterQuorum quorum;

    private EmbeddedNode(ClusterSettings settings) throws IOException {
        this.settings = settings;
        this.hazelcast = Hazelcast.newHazelcastInstance(HazelcastConfigs.from(settings, HazelcastWiring.none()));
        this.quorum = ClusterQuorum.start(hazelcast, settings);
    }

    static EmbeddedNode start(String cluster, String name, int members, Path state, EmbeddedNode... peers)
            throws IOException {
        return new EmbeddedNode(settings(cluster, name, members, state, peers).build());
    }

    static ClusterSettingsBuilder settings(String cluster, String name, int members, Path state, EmbeddedNode... peers)
            throws IOException {
        return ClusterSettings.of(Profile.LAN, name)
                .clusterName(cluster)
                .bindHost("127.0.0.1")
                .memberPort(freePort())
                .join(Stream.of(peers)
                        .map(peer -> new HostPort(
                                "127.0.0.1", peer.settings.network().memberPort()))
                        .toList())
                .partitions(31)
                .membersExpected(members)
                .holdDown(Duration.ofSeconds(2))
                .leaveWait(Duration.ofSeconds(20))
                .stateDir(state.resolve(name));
    }

    static EmbeddedNode start(ClusterSettings settings) throws IOException {
        return new EmbeddedNode(settings);
    }

    /** As a killed process: nothing is handed over. */
    void crash() {
        quorum.close();
        hazelcast.getLifecycleService().terminate();
    }

    @Override
    public void close() {
        crash();
    }

    /** Polls, because the cluster has no event for most of what tests wait for. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited 40 s in vain for: " + what);
            }
            Thread.sleep(20);
        }
    }

    static void awaitQuorum(List<EmbeddedNode> nodes, boolean wanted) throws InterruptedException {
        await(
                "quorum " + wanted + " on "
                        + nodes.stream()
                                .map(node -> node.settings.node().name())
                                .toList(),
                () -> nodes.stream().allMatch(node -> node.quorum.hasQuorum() == wanted));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
