package dev.sessionmesh.server;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.Partition;
import dev.sessionmesh.cluster.Agreement;
import dev.sessionmesh.cluster.ClusterSettings;
import dev.sessionmesh.cluster.HazelcastConfigs;
import dev.sessionmesh.cluster.HazelcastWiring;
import dev.sessionmesh.cluster.PartitionLoss;
import dev.sessionmesh.cluster.Promotions;
import dev.sessionmesh.cluster.QuorumListener;
import dev.sessionmesh.cluster.Replicas;
import dev.sessionmesh.cluster.Suspicion;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.codec.BundleCodec;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.store.hazelcast.Forms;
import dev.sessionmesh.store.hazelcast.LocalSessions;
import dev.sessionmesh.store.hazelcast.LostAndFound;
import dev.sessionmesh.store.hazelcast.MemberServices;
import dev.sessionmesh.store.hazelcast.Refusals;
import dev.sessionmesh.store.hazelcast.Salvage;
import dev.sessionmesh.store.hazelcast.SessionMerge;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.JvmMeters;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all else stands on: the member of the cluster, the agreement on who counts, and the event bus between the nodes. Everything here blocks. */
final class Grid {
    private static final Logger LOG = LoggerFactory.getLogger(Grid.class);
    private static final int FORMAT = BatchCodec.VERSION;
    private static final int JOIN_TRIES = 5;
    private static final long JOIN_PAUSE_MILLIS = 2_000;
    private static final long START_SECONDS = 60;
    private static final long LOOK_SECONDS = 1;
    private static final Duration MERGED_WAITS = Duration.ofSeconds(5);

    /** What may befall a member. Told on Hazelcast's threads. */
    interface Fate {
        /** After a split this side lost, and is about to be merged into the other. */
        void merging();

        /** It is another member now; what runs here belongs to the one that it was. */
        void merged();

        /** It can't keep what it agrees to, and so takes no part any more. */
        void stateLost();
    }

    final Limits limits = Limits.DEFAULT;
    final Metrics metrics = new Metrics(Catalogue.load());
    final Members members = new Members(metrics);
    final LocalSessions local = new LocalSessions();
    final Refusals refusals = new Refusals();
    final LostAndFound lostAndFound = new LostAndFound();
    final HazelcastInstance hazelcast;
    final Agreement quorum;
    final PartitionLoss losses;
    final Replicas replicas;
    final Vertx vertx;
    final Promotions promotions;
    private final Suspicion suspicion;
    private final JvmMeters jvm;
    final Salvage salvage;
    private final AtomicBoolean leaving = new AtomicBoolean();
    private final int backups;
    private volatile boolean merged;

    Grid(ClusterSettings settings, Fate fate) throws Exception {
        backups = settings.redundancy().backups();
        Late late = new Late(settings.strict());
        MemberServices services = new MemberServices(
                new Session(limits),
                limits,
                late::hasQuorum,
                late::isSettled,
                late::term,
                leaving::get,
                late::isHeld,
                late::isLost,
                members::isGone,
                local,
                refusals,
                lostAndFound);
        HazelcastWiring wiring = new HazelcastWiring(
                SessionMerge.class.getName(),
                Map.of(Forms.FACTORY, new Forms()),
                Map.of(MemberServices.KEY, services),
                FORMAT);
        Config config = HazelcastConfigs.from(settings, wiring);
        // Vert.x finds its own node through the member that carries this attribute.
        config.getMemberAttributeConfig()
                .setAttribute("__vertx.nodeId", UUID.randomUUID().toString());
        hazelcast = join(config);
        members.watch(hazelcast);
        suspicion = Suspicion.start(hazelcast, settings);
        promotions = Promotions.start(hazelcast);
        salvage = new Salvage(hazelcast, local, InstantSource.system());
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            switch (event.getState()) {
                case MERGING -> {
                    fate.merging();
                    salvage.collect();
                }
                case MERGED, MERGE_FAILED -> {
                    merged = true;
                    fate.merged();
                }
                default -> {}
            }
        });
        quorum = quorum(settings);
        late.arrive(quorum);
        quorum.addListener(new QuorumListener() {
            @Override
            public void failed() {
                fate.stateLost();
            }
        });
        losses = PartitionLoss.start(hazelcast, settings);
        replicas = Replicas.of(hazelcast, settings);
        late.arrive(losses, replicas);
        new NodeMeters(metrics).of(this);
        jvm = JvmMeters.of(metrics);
        vertx = vertx(settings);
        vertx.eventBus().registerDefaultCodec(Bundle.class, new BundleCodec());
    }

    /** Members that are about to be merged into another side take nobody in meanwhile. */
    static HazelcastInstance join(Config config) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return Hazelcast.newHazelcastInstance(config);
            } catch (IllegalStateException refused) {
                if (tries == JOIN_TRIES) {
                    throw refused;
                }
                LOG.warn("could not join the cluster yet: {}", refused.toString());
                Thread.sleep(JOIN_PAUSE_MILLIS);
            }
        }
    }

    /** How often operators have forced the membership. */
    LongSupplier term() {
        return () -> quorum.view().term();
    }

    private Agreement quorum(ClusterSettings settings) throws IOException {
        try {
            return Agreement.start(hazelcast, settings);
        } catch (IOException unreadable) {
            hazelcast.shutdown();
            throw unreadable;
        }
    }

    private Vertx vertx(ClusterSettings settings) throws Exception {
        EventBusOptions bus = new EventBusOptions()
                .setHost(settings.network().bindHost())
                .setPort(settings.network().busPort())
                .setConnectTimeout(2_000)
                .setClusterPingInterval(2_000)
                .setClusterPingReplyInterval(3_000);
        settings.network().publicHost().ifPresent(bus::setClusterPublicHost);
        VertxOptions options = new VertxOptions().setEventBusOptions(bus).setPreferNativeTransport(true);
        return joining(() -> Vertx.builder()
                .with(options)
                .withClusterManager(new BusMembership(hazelcast))
                .buildClustered());
    }

    /** Vert.x's own maps fail like ours while partitions move: an uncertain write is a failed one. */
    static <T> T joining(Supplier<Future<T>> step) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return await(step.get());
            } catch (HazelcastException passing) {
                if (tries == JOIN_TRIES) {
                    throw passing;
                }
                LOG.warn("could not join the event bus yet: {}", passing.toString());
            }
        }
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(START_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Waits until every copy of what is here is in place; while turns still run, that is only nearly so. A member that was merged began with nothing: as
     * long as it owns nothing the others have all there is, and what it came to own has copies where it came from. So it does not wait long for partitions on
     * their way to it: a majority may wait for it to come back.
     */
    boolean isCopied(Duration within) {
        long end = System.nanoTime() + (merged ? MERGED_WAITS : within).toNanos();
        boolean copied = false;
        while (!copied
                && System.nanoTime() < end
                && backups > 0
                && hazelcast.getCluster().getMembers().size() > 1) {
            copied = merged && ownsNothing()
                    || hazelcast.getPartitionService().forceLocalMemberToBeSafe(LOOK_SECONDS, TimeUnit.SECONDS);
        }
        return copied;
    }

    private boolean ownsNothing() {
        return hazelcast.getPartitionService().getPartitions().stream()
                .map(Partition::getOwner)
                .noneMatch(owner -> owner != null && owner.localMember());
    }

    /**
     * From here on nothing is accepted here: what a member takes in while it leaves can be lost with it. Writers of sessions that still live here try again
     * until their partition has moved.
     */
    void acceptNothing() {
        leaving.set(true);
    }

    /**
     * Goes as a crash would, once every copy is in place: the others have all that is here, and that way out is the one that is drilled
     * most. The event bus goes on.
     */
    void leave(boolean copied) {
        suspicion.close();
        losses.close();
        quorum.close();
        lostAndFound.close();
        jvm.close();
        if (copied) {
            hazelcast.getLifecycleService().terminate();
        } else {
            hazelcast.shutdown();
        }
    }
}
