package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.partition.ReplicaMigrationEvent;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes notice of the sessions in partitions that became this member's. Copies that came by migration never passed a processor here,
 * so each is touched once; copies held as a backup before are known already. Works on a thread of its own, woken by migrations and
 * membership, and by the clock in case an event was lost.
 */
public final class Adoption implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    private static final long PERIOD_MILLIS = 2_000;
    /** In so many periods it looks through all sessions: a merge after a split inserts some without a word. */
    private static final int ALL_EVERY = 30;

    private final PartitionService partitions;
    private final HazelcastInstance hazelcast;
    private final HazelcastMaps maps;
    private final Retrying retrying;
    private final LocalSessions local;
    private final ScheduledExecutorService thread;
    private Set<Integer> known = new HashSet<>();
    private int runs;

    public Adoption(HazelcastInstance hazelcast, HazelcastMaps maps, LocalSessions local) {
        this(
                hazelcast,
                maps,
                local,
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("session-adoption").daemon().factory()));
    }

    /** @param thread where it works; its own, to be closed with it */
    public Adoption(
            HazelcastInstance hazelcast, HazelcastMaps maps, LocalSessions local, ScheduledExecutorService thread) {
        this.thread = thread;
        this.hazelcast = hazelcast;
        this.partitions = hazelcast.getPartitionService();
        this.maps = maps;
        this.retrying = new Retrying(maps);
        this.local = local;
    }

    public void start() {
        partitions.addMigrationListener(new MigrationListener() {
            @Override
            public void migrationStarted(MigrationState state) {}

            @Override
            public void migrationFinished(MigrationState state) {
                wake();
            }

            @Override
            public void replicaMigrationCompleted(ReplicaMigrationEvent event) {}

            @Override
            public void replicaMigrationFailed(ReplicaMigrationEvent event) {}
        });
        // Each run catches its own failures.
        var unused = thread.scheduleWithFixedDelay(this::adopt, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks now; returns at once. */
    public void wake() {
        if (!thread.isShutdown()) {
            thread.execute(this::adopt);
        }
    }

    private void adopt() {
        try {
            Set<Integer> owned = partitions.getPartitions().stream()
                    .filter(this::isMine)
                    .map(Partition::getPartitionId)
                    .collect(Collectors.toSet());
            Set<Integer> fresh = new HashSet<>(owned);
            fresh.removeAll(known);
            boolean everywhere = runs++ % ALL_EVERY == 0;
            if (everywhere || !fresh.isEmpty()) {
                maps.sessions().localKeySet().stream()
                        .filter(key -> fresh.contains(partition(key)) || (everywhere && !local.knows(key)))
                        .forEach(this::touch);
            }
            known = owned;
        } catch (RuntimeException stopping) {
            LOG.debug("sessions of new partitions will be looked for again", stopping);
        }
    }

    private void touch(String key) {
        var unused = retrying.submit(key, () -> new ReadProcessor(0, 0, 0, false, false))
                .whenComplete((reply, failure) -> {
                    if ((failure != null || reply.kind == Reply.REFUSED) && !thread.isShutdown()) {
                        thread.execute(() -> known.remove(partition(key)));
                    }
                });
    }

    private int partition(String key) {
        return partitions.getPartition(key).getPartitionId();
    }

    private boolean isMine(Partition partition) {
        return hazelcast.getCluster().getLocalMember().equals(partition.getOwner());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
