package dev.sessionmesh.webhook;

/**
 * Keeps a node from asking a webhook again and again for every session while it does not work: after a failure one request at a time
 * probes it, ever more rarely. Time is in milliseconds of any clock that does not go back.
 */
final class Breaker {
    /** So many refusals in a row, of whatever sessions, are a receiver that does not work and not a message that it can't read. */
    private static final int REFUSALS = 3;

    private final Backoff backoff;
    private int failures;
    private int refusals;
    private long opensAt = Long.MIN_VALUE;
    private boolean probing;

    Breaker(Backoff backoff) {
        this.backoff = backoff;
    }

    boolean isClosed() {
        return failures == 0;
    }

    /** Whether a request may leave; where it probes, the next may only once its outcome is told. */
    boolean mayTry(long now) {
        if (isClosed()) {
            return true;
        }
        if (probing || now < opensAt) {
            return false;
        }
        probing = true;
        return true;
    }

    /** When the next probe may leave, while it is open. */
    long opensAt() {
        return opensAt;
    }

    void success() {
        failures = 0;
        refusals = 0;
        probing = false;
    }

    /** Whoever was let through had nothing to ask. */
    void nothing() {
        probing = false;
    }

    /** A failure of the receiver itself. What was under way beside a probe, or when the first failed, says nothing new. */
    void failed(long now, long atLeast) {
        if (isClosed() || probing) {
            failures++;
            opensAt = now + Math.max(atLeast, backoff.millis(failures));
        }
        probing = false;
    }

    /** The receiver works and did not want this message, or so it seems. */
    void refused(long now) {
        refusals++;
        if (refusals >= REFUSALS || probing) {
            failed(now, 0);
        }
    }

    int failures() {
        return failures;
    }

    /** Somebody says that it works now. */
    void reset() {
        success();
    }
}
