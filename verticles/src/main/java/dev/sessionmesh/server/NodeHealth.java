package dev.sessionmesh.server;

import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.cluster.Quorum;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What the probes ask. Started: the node is in the cluster and serves. Ready: it also has a quorum, its own partitions have their
 * copies, and it is not draining. Live is answered by the event loop itself.
 */
final class NodeHealth {
    private static final long SAFETY_NANOS = 500_000_000L;
    private final HazelcastInstance hazelcast;
    private final Quorum quorum;
    private final BooleanSupplier draining;
    private volatile boolean serving;
    private volatile boolean safe;
    private volatile long askedAt = System.nanoTime() - SAFETY_NANOS;

    NodeHealth(HazelcastInstance hazelcast, Quorum quorum, BooleanSupplier draining) {
        this.hazelcast = hazelcast;
        this.quorum = quorum;
        this.draining = draining;
    }

    void serving() {
        serving = true;
    }

    Map<String, Boolean> started() {
        return Map.of("serving", serving);
    }

    Map<String, Boolean> ready() {
        Map<String, Boolean> checks = new LinkedHashMap<>();
        checks.put("serving", serving);
        checks.put("quorum", quorum.hasQuorum());
        checks.put("partitions", isSafe());
        checks.put("accepting", !draining.getAsBoolean());
        return checks;
    }

    /** Whether the copies of this node's partitions are where they belong; as of half a second ago, asked off the event loop. */
    boolean isSafe() {
        long now = System.nanoTime();
        if (now - askedAt > SAFETY_NANOS) {
            askedAt = now;
            Thread.ofVirtual()
                    .start(() -> safe = hazelcast.getLifecycleService().isRunning()
                            && hazelcast.getPartitionService().isLocalMemberSafe());
        }
        return safe;
    }
}
