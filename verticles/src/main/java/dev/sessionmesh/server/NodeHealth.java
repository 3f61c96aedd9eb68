package dev.sessionmesh.server;

import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.cluster.Quorum;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What the probes ask. Started: the node has joined the cluster and serves. Ready: it also sees the majority, its own partitions have their
 * copies, and it is not draining. Live: every event loop turns, and nothing else, since no restart brings a majority back.
 */
final class NodeHealth {
    private static final long SAFETY_NANOS = 500_000_000L;
    private final HazelcastInstance hazelcast;
    private final Quorum quorum;
    private final BooleanSupplier draining;
    private final BooleanSupplier turning;
    private volatile boolean serving;
    private volatile boolean safe;
    private volatile long askedAt = System.nanoTime() - SAFETY_NANOS;

    NodeHealth(HazelcastInstance hazelcast, Quorum quorum, BooleanSupplier draining, BooleanSupplier turning) {
        this.hazelcast = hazelcast;
        this.quorum = quorum;
        this.draining = draining;
        this.turning = turning;
    }

    void serving() {
        serving = true;
    }

    Map<String, Boolean> started() {
        Map<String, Boolean> checks = new LinkedHashMap<>();
        checks.put("joined", isMember());
        checks.put("serving", serving);
        return checks;
    }

    Map<String, Boolean> live() {
        return Map.of("loops", turning.getAsBoolean());
    }

    Map<String, Boolean> ready() {
        Map<String, Boolean> checks = started();
        checks.put("quorum", quorum.hasQuorum());
        checks.put("partitions", isSafe());
        checks.put("accepting", !draining.getAsBoolean());
        return checks;
    }

    private boolean isMember() {
        return hazelcast.getLifecycleService().isRunning();
    }

    /** Whether the copies of this node's partitions are where they belong; as of half a second ago, asked off the event loop. */
    boolean isSafe() {
        long now = System.nanoTime();
        if (now - askedAt > SAFETY_NANOS) {
            askedAt = now;
            Thread.ofVirtual()
                    .start(() ->
                            safe = isMember() && hazelcast.getPartitionService().isLocalMemberSafe());
        }
        return safe;
    }
}
