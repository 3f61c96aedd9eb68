package dev.sessionmesh.cluster;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Whether this node has a quorum, written by the one thread that knows and read by all. Closed until opened, and while that
 * thread stands still: a process that wakes from a long pause must not write before it has heard from the others.
 */
public final class QuorumGuard {
    private final LongSupplier nanos;
    private final long stillNanos;
    private final LongAdder losses = new LongAdder();
    private volatile boolean open;
    private volatile boolean failed;
    private volatile long beatAt;

    /**
     * @param nanos {@code System::nanoTime}
     * @param still without a {@link #beat} for this long the guard is closed
     */
    QuorumGuard(LongSupplier nanos, Duration still) {
        this.nanos = nanos;
        this.stillNanos = still.toNanos();
        this.beatAt = nanos.getAsLong();
    }

    /** See {@link Quorum#hasQuorum}. */
    public boolean hasQuorum() {
        return open && nanos.getAsLong() - beatAt < stillNanos;
    }

    /** @return false when the pause before this beat was too long */
    boolean beat() {
        var now = nanos.getAsLong();
        var inTime = now - beatAt < stillNanos;
        if (!inTime) {
            set(false); // before the beat makes it open again
        }
        beatAt = now;
        return inTime;
    }

    /** How often an open guard was closed. */
    public long losses() {
        return losses.sum();
    }

    /** @return whether the answer changed */
    boolean set(boolean quorum) {
        var before = open;
        open = quorum && !failed;
        if (before && !open) {
            losses.increment();
        }
        return before != open;
    }

    /**
     * For good: a node that cannot keep its votes must not take part.
     *
     * @return whether this was the first time
     */
    boolean fail() {
        boolean before = failed;
        failed = true;
        set(false);
        return !before;
    }
}
