package dev.sessionmesh.server;

import dev.sessionmesh.cluster.ClusterQuorum;
import dev.sessionmesh.cluster.PartitionLoss;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for what can be started only when Hazelcast runs, while processors of other members may reach this one already: until
 * then nothing may be written here, and nothing is said not to exist.
 */
final class Late {
    private volatile @Nullable ClusterQuorum quorum;
    private volatile @Nullable PartitionLoss losses;

    void arrive(ClusterQuorum started, PartitionLoss watched) {
        losses = watched;
        quorum = started;
    }

    boolean hasQuorum() {
        @Nullable ClusterQuorum known = quorum;
        return known != null && known.hasQuorum();
    }

    boolean isLost(int partition) {
        @Nullable PartitionLoss known = losses;
        return known == null || known.isLost(partition);
    }
}
