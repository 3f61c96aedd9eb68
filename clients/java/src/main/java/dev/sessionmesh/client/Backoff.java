package dev.sessionmesh.client;

import java.util.random.RandomGenerator;

/** Full jitter: attempt n waits a random time below min(cap, base * 2^n), so that a crowd of tabs spreads by itself. */
final class Backoff {

    private final long baseMs;
    private final long capMs;
    private final RandomGenerator random;
    private int attempts;

    Backoff(ClientLimits limits, RandomGenerator random) {
        this.baseMs = limits.backoffBase().toMillis();
        this.capMs = limits.backoffCap().toMillis();
        this.random = random;
    }

    long nextDelayMs() {
        int doublings = Math.min(attempts++, 30);
        long ceiling = Math.min(capMs, baseMs << doublings);
        return random.nextLong(Math.max(1, ceiling) + 1);
    }

    /** Whether nothing has been waited for since the last success. */
    boolean fresh() {
        return attempts == 0;
    }

    void succeeded() {
        attempts = 0;
    }
}
