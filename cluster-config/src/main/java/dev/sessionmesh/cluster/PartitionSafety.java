package dev.sessionmesh.cluster;

import com.hazelcast.partition.PartitionService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Have all partitions their backups again? Asking takes a round trip to every member, so it is done only when somebody
 * waits for it, one question at a time, on a virtual thread; the answer is from the last completed question.
 */
final class PartitionSafety {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionSafety.class);

    private final PartitionService partitions;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicLong membership = new AtomicLong();
    private volatile long safeFor = -1;

    PartitionSafety(PartitionService partitions) {
        this.partitions = partitions;
    }

    /** An answer from before says nothing about the members there are now. */
    void membersChanged() {
        membership.incrementAndGet();
    }

    boolean isSafe(boolean wanted) {
        if (wanted && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("mesh-partition-safety").start(this::ask);
        }
        return safeFor == membership.get();
    }

    private void ask() {
        try {
            var asked = membership.get();
            safeFor = partitions.isClusterSafe() ? asked : -1;
        } catch (RuntimeException stopping) {
            LOG.debug("partition safety unknown: {}", stopping.toString());
        } finally {
            asking.set(false);
        }
    }
}
