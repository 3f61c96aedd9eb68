package dev.sessionmesh.server;

import dev.sessionmesh.cluster.Agreement;
import dev.sessionmesh.cluster.PartitionLoss;
import dev.sessionmesh.cluster.Replicas;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for what can be started only when Hazelcast runs, while processors of other members may reach this one already: until
 * then nothing may be written here, and nothing is said not to exist.
 */
final class Late {
    private final boolean strict;
    private volatile @Nullable Agreement quorum;
    private volatile @Nullable PartitionLoss losses;
    private volatile @Nullable Replicas replicas;

    /** @param strict whether writes wait while they would have fewer copies than configured */
    Late(boolean strict) {
        this.strict = strict;
    }

    void arrive(Agreement started) {
        quorum = started;
    }

    void arrive(PartitionLoss watched, Replicas counted) {
        losses = watched;
        replicas = counted;
    }

    boolean hasQuorum() {
        @Nullable Agreement known = quorum;
        return known != null && known.hasQuorum();
    }

    boolean isSettled() {
        @Nullable Agreement known = quorum;
        return known != null && known.isSettled();
    }

    /** How often operators have forced the membership. */
    long term() {
        @Nullable Agreement known = quorum;
        return known == null ? 0 : known.view().term();
    }

    boolean isHeld(int partition) {
        @Nullable Replicas known = replicas;
        return strict && (known == null || known.isDegraded(partition));
    }

    boolean isLost(int partition) {
        @Nullable PartitionLoss known = losses;
        return known == null || known.mayBeLost(partition);
    }
}
