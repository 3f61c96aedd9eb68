package dev.sessionmesh.host;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Turn;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches the renewal counters of turns that run elsewhere. Time is measured here only, on this node's monotonic clock, from the first
 * look at a counter's value on: clocks of two nodes are never compared, and a new owner gives every runner a full lease.
 */
final class Leases {
    private record Seen(String turn, int epoch, long beat, long sinceNanos) {}

    private final Map<SessionKey, Seen> seen = new ConcurrentHashMap<>();
    private final long leaseNanos;
    private final LongSupplier nanos;

    /** @param nanos a monotonic clock */
    Leases(Duration lease, LongSupplier nanos) {
        this.nanos = nanos;
        this.leaseNanos = lease.toNanos();
    }

    /** Whether the counter has not moved for a whole lease. */
    boolean stoodStill(SessionKey key, Turn turn) {
        long now = nanos.getAsLong();
        @Nullable Seen before = seen.get(key);
        if (before != null
                && before.turn().equals(turn.id())
                && before.epoch() == turn.runEpoch()
                && before.beat() == turn.beat()) {
            return now - before.sinceNanos() > leaseNanos;
        }
        seen.put(key, new Seen(turn.id(), turn.runEpoch(), turn.beat(), now));
        return false;
    }

    void forget(SessionKey key) {
        seen.remove(key);
    }
}
