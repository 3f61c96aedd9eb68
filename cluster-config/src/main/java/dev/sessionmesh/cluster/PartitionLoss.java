package dev.sessionmesh.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.partition.PartitionLostEvent;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the partitions that lost all copies. There, a missing session proves nothing: it may be with nodes that are
 * away. So a read is answered as unavailable and nothing is created, until an operator releases the partition, or until all
 * that had left when it was lost are back by a merge, and with them whatever they held.
 *
 * <p>What one node noticed is shared through {@link MeshNames#META}, which every node has a copy of, for those that join
 * later. An own thread works; Hazelcast's threads only hand over.
 */
public final class PartitionLoss implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionLoss.class);
    private static final String KEY_PREFIX = "partition/";
    private static final String MERGED_PREFIX = "merged/";
    /** Followed by the incarnations that were away. */
    private static final String LOST = "lost:";

    private static final String RELEASED = "released";
    private static final long REFRESH_SECONDS = 5;
    private static final int TRIES_MOST = 10;

    private final IMap<String, String> meta;
    private final Cluster cluster;
    /** This member's incarnation; a merge gives it another one. */
    private final String self;

    private final int backups;
    private final int partitionCount;
    private final LongAdder events = new LongAdder();
    private final Map<Integer, String> unshared = new HashMap<>();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("mesh-partition-loss").daemon().factory());
    private volatile BitSet lost = new BitSet();
    /** Lost a moment ago and not looked at yet: to look at one, and to share it, takes longer than the next reader waits. */
    private final Set<Integer> noticed = ConcurrentHashMap.newKeySet();

    private final Shaken shaken;
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private Set<String> present;
    private final Map<String, Instant> departed = new HashMap<>();

    private PartitionLoss(IMap<String, String> meta, Cluster cluster, int backups, int partitionCount) {
        this.meta = meta;
        this.cluster = cluster;
        this.self = cluster.getLocalMember().getUuid().toString();
        this.present = incarnations();
        this.backups = backups;
        this.shaken = new Shaken(backups, this::incarnations, System::nanoTime);
        this.partitionCount = partitionCount;
    }

    /** Blocks until this node knows what the others know: call it off the event loops, before serving. */
    public static PartitionLoss start(HazelcastInstance hazelcast, ClusterSettings settings) {
        IMap<String, String> meta = hazelcast.getMap(MeshNames.META);
        var loss = new PartitionLoss(
                meta,
                hazelcast.getCluster(),
                settings.redundancy().backups(),
                settings.redundancy().partitions());
        hazelcast.getPartitionService().addPartitionLostListener(loss::partitionLost);
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                loss.handOver(loss::merged);
            }
        });
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                loss.handOver(loss::membersChanged);
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                var unused = loss.shaken.isNow();
                loss.handOver(loss::membersChanged);
            }
        });
        meta.addEntryListener((EntryAddedListener<String, String>) loss::shared, false);
        meta.addEntryListener((EntryUpdatedListener<String, String>) loss::shared, false);
        CompletableFuture.runAsync(loss::refresh, loss.thread).join();
        var unused = loss.thread.scheduleWithFixedDelay(
                loss::refreshQuietly, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
        return loss;
    }

    /** Whether what is missing in a partition proves nothing: it is lost, or more members have just left than there are copies, and nobody has been told yet what that cost. */
    public boolean mayBeLost(int partition) {
        return isLost(partition) || shaken.isNow();
    }

    public boolean isLost(int partition) {
        return noticed.contains(partition) || lost.get(partition);
    }

    /** How many partitions are lost now. */
    public int count() {
        BitSet all = BitSet.valueOf(lost.toLongArray());
        noticed.forEach(all::set);
        return all.cardinality();
    }

    /** How many losses this node has been told of. */
    public long events() {
        return events.sum();
    }

    /** What was in this partition is given up, or was restored: missing sessions are missing from now on. */
    public CompletableFuture<Void> release(int partition) {
        if (partition < 0 || partition >= partitionCount) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "partition must be 0 to " + (partitionCount - 1) + ", not " + partition));
        }
        return CompletableFuture.runAsync(
                () -> {
                    unshared.remove(partition);
                    noticed.remove(partition);
                    insist(() -> meta.set(KEY_PREFIX + partition, RELEASED));
                    LOG.warn("partition {} released by an operator", partition);
                    refresh();
                },
                thread);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void partitionLost(PartitionLostEvent event) {
        // The table lists more replicas than our maps have copies: the first that were lost are the ones with data.
        if (event.allReplicasInPartitionLost() || event.getLostBackupCount() >= backups) {
            events.increment();
            noticed.add(event.getPartitionId());
            handOver(() -> lost(event.getPartitionId()));
        }
    }

    private void lost(int partition) {
        LOG.error(
                "partition {} lost all copies: its sessions are unavailable until an operator releases it", partition);
        membersChanged();
        unshared.put(partition, LOST + String.join(",", new TreeSet<>(departed.keySet())));
        publish(BitSet.valueOf(lost.toLongArray()));
        noticed.remove(partition);
        refreshSoon();
    }

    private void shared(EntryEvent<String, String> event) {
        refreshSoon();
    }

    /** Once for all that is waiting: when a node takes many partitions with it, each of them comes by itself. */
    private void refreshSoon() {
        if (refreshing.compareAndSet(false, true)) {
            handOver(() -> {
                refreshing.set(false);
                refresh();
            });
        }
    }

    private Set<String> incarnations() {
        return cluster.getMembers().stream()
                .map(member -> member.getUuid().toString())
                .collect(Collectors.toSet());
    }

    private void membersChanged() {
        var now = incarnations();
        present.stream().filter(before -> !now.contains(before)).forEach(gone -> departed.put(gone, Instant.now()));
        present = now;
        departed.values().removeIf(Instant.now().minus(Shaken.TOGETHER)::isAfter);
    }

    /**
     * The cluster we joined has its own losses; ours were those of a side that had only some of the data. What we held is
     * there now.
     */
    private void merged() {
        unshared.clear();
        insist(() -> meta.set(MERGED_PREFIX + self, ""));
        refresh();
    }

    /** Whether all who were away have brought back what they held. */
    private boolean isBack(String value) {
        var away = value.substring(LOST.length());
        return !away.isEmpty()
                && Arrays.stream(away.split(","))
                        .allMatch(incarnation -> meta.containsKey(MERGED_PREFIX + incarnation));
    }

    /** While members come and go a write is often uncertain, for want of an answer from a copy. Here each may be done twice. */
    private static void insist(Runnable write) {
        for (int tries = 1; ; tries++) {
            try {
                write.run();
                return;
            } catch (IndeterminateOperationStateException uncertain) {
                if (tries == TRIES_MOST) {
                    throw uncertain;
                }
                LOG.debug("not sure to be written, once more: {}", uncertain.toString());
            }
        }
    }

    private void refresh() {
        for (var loss : List.copyOf(unshared.entrySet())) {
            insist(() -> meta.set(KEY_PREFIX + loss.getKey(), loss.getValue()));
            unshared.remove(loss.getKey());
        }
        var known = new BitSet(partitionCount);
        meta.forEach((key, value) -> {
            if (key.startsWith(KEY_PREFIX) && value.startsWith(LOST)) {
                if (isBack(value)) {
                    insist(() -> meta.replace(key, value, RELEASED));
                    return;
                }
                known.set(Integer.parseInt(key.substring(KEY_PREFIX.length())));
            }
        });
        publish(known);
    }

    private void publish(BitSet known) {
        unshared.keySet().forEach(known::set);
        lost = known;
    }

    private void refreshQuietly() {
        try {
            refresh();
        } catch (RuntimeException unavailable) {
            LOG.debug("lost partitions not refreshed: {}", unavailable.toString());
        }
    }

    private void handOver(Runnable work) {
        try {
            thread.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException unavailable) {
                    LOG.warn("lost partitions not shared yet, will be tried again: {}", unavailable.toString());
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("partition loss is closed");
        }
    }
}
