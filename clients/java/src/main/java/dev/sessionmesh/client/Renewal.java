package dev.sessionmesh.client;

import java.util.OptionalLong;

/** When the token of an open connection is to be replaced. */
final class Renewal {
    private static final long NEVER = Long.MAX_VALUE;
    /** Share of its life after which a token is replaced. */
    private static final double RENEW_AT = 0.8;
    /** It is not replaced sooner than this, unless it expires sooner. */
    private static final long SOONEST_MS = 1_000;

    private final long retryMs;
    private long expiresAtMs = NEVER;
    private long renewAtMs = NEVER;

    Renewal(long retryMs) {
        this.retryMs = retryMs;
    }

    /** The server took a token that is good for so long; without a number, for ever. */
    void accepted(OptionalLong expiresInMs, long nowMs) {
        if (expiresInMs.isEmpty()) {
            expiresAtMs = NEVER;
            renewAtMs = NEVER;
            return;
        }
        long lifeMs = expiresInMs.getAsLong();
        expiresAtMs = nowMs + lifeMs;
        renewAtMs = nowMs + Math.min(Math.max((long) (lifeMs * RENEW_AT), SOONEST_MS), lifeMs);
    }

    /**
     * True when it is time, and then not before the next try: a refusal, a failure and silence are the same. After the expiry there is nothing to be renewed, as the server ends
     * the connection.
     */
    boolean due(long nowMs) {
        if (nowMs < renewAtMs) {
            return false;
        }
        renewAtMs = nowMs + retryMs < expiresAtMs ? nowMs + retryMs : NEVER;
        return true;
    }

    long wakeAtMs() {
        return renewAtMs;
    }
}
