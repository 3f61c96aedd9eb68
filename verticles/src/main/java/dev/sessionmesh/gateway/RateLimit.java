package dev.sessionmesh.gateway;

/** A token bucket: so many commands a second, twice as many at once. */
final class RateLimit {
    private static final long SECOND = 1_000_000_000L;
    private final long perSecond;
    private final long burst;
    private long tokens;
    private long filledAt;

    RateLimit(int perSecond, long now) {
        this.perSecond = perSecond;
        this.burst = 2L * perSecond;
        this.tokens = burst;
        this.filledAt = now;
    }

    /** @param now in nanoseconds, monotonic */
    boolean take(long now) {
        long earned = Math.min(burst, (now - filledAt) * perSecond / SECOND);
        if (earned > 0) {
            tokens = Math.min(burst, tokens + earned);
            filledAt = now;
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }

    /** When there will be another token, in milliseconds from now. */
    long retryAfterMillis() {
        return Math.max(1, 1000 / perSecond);
    }
}
