package dev.sessionmesh.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.internal.cluster.ClusterService;
import com.hazelcast.internal.partition.InternalPartitionService;

/**
 * How many copies a partition has right now. Hazelcast acknowledges a write when all <em>assigned</em> backups have it,
 * and right after a failover none may be assigned; its public API does not tell.
 *
 * <p>Uses Hazelcast's {@link Internals}. A replica appears in the partition table when its data has been
 * copied, which is what makes counting the table's entries meaningful.
 */
public final class Replicas {
    private final InternalPartitionService partitions;
    private final ClusterService members;
    private final int wanted;

    private Replicas(InternalPartitionService partitions, ClusterService members, int wanted) {
        this.partitions = partitions;
        this.members = members;
        this.wanted = wanted;
    }

    public static Replicas of(HazelcastInstance hazelcast, ClusterSettings settings) {
        var original = Internals.of(hazelcast);
        return new Replicas(
                original.node.getPartitionService(),
                original.node.getClusterService(),
                settings.redundancy().backups());
    }

    /** Which partition a key is in. */
    public int partitionOf(Object key) {
        return partitions.getPartitionId(key);
    }

    /** The backups beside the primary that are assigned to members, at most as many as the settings ask for. */
    public int backups(int partition) {
        var table = partitions.getPartition(partition, false);
        int found = 0;
        for (int index = 1; index <= wanted; index++) {
            var replica = table.getReplica(index);
            if (replica != null && members.getMember(replica.address(), replica.uuid()) != null) {
                found++;
            }
        }
        return found;
    }

    /** Fewer copies than the settings ask for: an acknowledgement now is a degraded one. */
    public boolean isDegraded(int partition) {
        return backups(partition) < wanted;
    }

    /** Has this member a copy, as the primary or as one of the backups that the settings ask for? */
    boolean isOn(Member member, int partition) {
        var table = partitions.getPartition(partition, false);
        for (int index = 0; index <= wanted; index++) {
            var replica = table.getReplica(index);
            if (replica != null && replica.isIdentical(member)) {
                return true;
            }
        }
        return false;
    }

    /** How many partitions are degraded; reads the whole table. */
    public int degraded() {
        int count = 0;
        for (int partition = 0; partition < partitions.getPartitionCount(); partition++) {
            count += isDegraded(partition) ? 1 : 0;
        }
        return count;
    }
}
