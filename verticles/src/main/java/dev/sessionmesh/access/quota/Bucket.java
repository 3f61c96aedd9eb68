package dev.sessionmesh.access.quota;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket that keeps one number: the instant at which it will be full again. So it needs no timer and no allocation, and any event loop
 * may take from it.
 */
final class Bucket {
    static final long SECOND = 1_000_000_000L;

    private final AtomicLong fullAt;

    /** @param now in nanoseconds, monotonic; so everywhere here */
    Bucket(long now) {
        fullAt = new AtomicLong(now);
    }

    /**
     * Takes an amount, or nothing when it is not there. What is more than the bucket holds is had from a full one, so that nothing is refused
     * for ever.
     *
     * @param saved for how many seconds what is not used is kept
     * @return 0 when it was taken, else the nanoseconds after which it would be
     */
    long take(long amount, long perSecond, int saved, long now) {
        long holds = saved * SECOND;
        // An amount is a frame at most: far from where this overflows.
        long costs = Math.min(holds, amount * SECOND / perSecond);
        while (true) {
            long before = fullAt.get();
            long missing = Math.max(0, before - now);
            long wait = missing + costs - holds;
            if (wait > 0) {
                return wait;
            }
            if (fullAt.compareAndSet(before, now + missing + costs)) {
                return 0;
            }
        }
    }
}
