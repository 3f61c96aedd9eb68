package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.cluster.ClusterSettings;
import dev.sessionmesh.cluster.HazelcastConfigs;
import dev.sessionmesh.cluster.HazelcastWiring;
import dev.sessionmesh.cluster.HostPort;
import dev.sessionmesh.cluster.JvmFlags;
import dev.sessionmesh.cluster.Profile;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.session.Session;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A real Hazelcast member in this JVM with a session store on it. */
final class StoreMember implements AutoCloseable {
    /** On a fast machine much happens within a millisecond; here everything does. */
    private static final InstantSource STANDING = InstantSource.fixed(Instant.ofEpochMilli(1_750_000_000_000L));

    private static final AtomicLong HISTORIES = new AtomicLong(1);

    final int port;
    final LocalSessions local = new LocalSessions();
    final LostAndFound lostAndFound = new LostAndFound();
    final AtomicBoolean quorum = new AtomicBoolean(true);
    final AtomicBoolean settled = new AtomicBoolean(true);
    final AtomicBoolean lost = new AtomicBoolean();
    final AtomicBoolean held = new AtomicBoolean();
    final HazelcastInstance hazelcast;
    final HazelcastMaps maps;
    final HazelcastSessionStore store;
    final Sealer sealer;

    private StoreMember(String cluster, String name, int port, int backups, Limits limits, List<HostPort> peers) {
        JvmFlags.apply();
        this.port = port;
        ClusterSettings settings = ClusterSettings.of(Profile.LAN, name)
                .clusterName(cluster)
                .bindHost("127.0.0.1")
                .memberPort(port)
                .join(peers)
                .partitions(17)
                .backups(backups)
                .membersExpected(backups + 1)
                .build();
        MemberServices services = new MemberServices(
                new Session(limits),
                limits,
                quorum::get,
                settled::get,
                () -> 0,
                () -> false,
                partition -> held.get(),
                partition -> lost.get(),
                node -> false,
                local,
                new Refusals(),
                lostAndFound);
        hazelcast = Hazelcast.newHazelcastInstance(HazelcastConfigs.from(
                settings,
                new HazelcastWiring(
                        SessionMerge.class.getName(),
                        Map.of(Forms.FACTORY, new Forms()),
                        Map.of(MemberServices.KEY, services),
                        1)));
        maps = HazelcastMaps.of(hazelcast);
        store = new HazelcastSessionStore(
                maps,
                limits,
                quorum::get,
                key -> false,
                HISTORIES::incrementAndGet,
                STANDING,
                ForkJoinPool.commonPool());
        sealer = new Sealer(maps, local, limits);
        local.onChange(sealer::sealIfLong);
    }

    static StoreMember start(String cluster, String name, int backups, Limits limits, StoreMember... peers)
            throws IOException {
        List<HostPort> join = Stream.of(peers)
                .map(peer -> new HostPort("127.0.0.1", peer.port))
                .toList();
        return new StoreMember(cluster, name, freePort(), backups, limits, join);
    }

    /** Whether this member holds the session's primary copy. */
    boolean owns(String key) {
        return hazelcast
                .getCluster()
                .getLocalMember()
                .equals(hazelcast.getPartitionService().getPartition(key).getOwner());
    }

    SessionRecord copy(String key) {
        return local.get(key).orElseThrow();
    }

    /** As a killed process. */
    void crash() {
        hazelcast.getLifecycleService().terminate();
    }

    @Override
    public void close() {
        crash();
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("waited 40 s in vain for: " + what);
            }
            Thread.sleep(10);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static SessionRecord writtenBy(SessionRecord session, Writer writer) {
        return new SessionRecord(
                session.state(),
                session.hash(),
                session.durableSeq(),
                writer,
                session.tail(),
                session.tailBytes(),
                session.chunks(),
                session.directory(),
                session.subscribers(),
                session.blobs());
    }
}
