package dev.sessionmesh.client;

import java.net.URI;

/** One connection of a {@link Follower}: how far it is, and when it was last heard. */
final class Link {

    enum Phase {
        CONNECTING,
        ATTACHING,
        SNAPSHOT,
        FOLLOWING,
        DETACHING
    }

    final int id;
    final URI node;
    Phase phase = Phase.CONNECTING;
    /** When the phase is given up; FOLLOWING may last. */
    long phaseEndsMs;

    int snapshotLeft;
    private final double heartbeatsMissed;
    private long heartbeatMs;
    private long heardMs;
    private boolean pinged;

    Link(int id, URI node, ClientLimits limits, long nowMs) {
        this.id = id;
        this.node = node;
        this.phaseEndsMs = nowMs + limits.connectTimeout().toMillis();
        this.heartbeatsMissed = limits.heartbeatsMissed();
        this.heartbeatMs = limits.attachTimeout().toMillis();
    }

    boolean open() {
        return phase != Phase.CONNECTING;
    }

    boolean attached() {
        return phase == Phase.SNAPSHOT || phase == Phase.FOLLOWING;
    }

    void enter(Phase next, long endsMs) {
        phase = next;
        phaseEndsMs = endsMs;
    }

    void heartbeat(long everyMs) {
        heartbeatMs = Math.max(1, everyMs);
    }

    void heard(long nowMs) {
        heardMs = nowMs;
        pinged = false;
    }

    boolean dead(long nowMs) {
        return nowMs >= phaseEndsMs || (open() && nowMs >= silentMs());
    }

    /** True once per silence, when the other side should be asked whether it lives. */
    boolean shouldPing(long nowMs) {
        if (!open() || pinged || nowMs < heardMs + heartbeatMs) {
            return false;
        }
        pinged = true;
        return true;
    }

    long wakeAtMs() {
        if (!open()) {
            return phaseEndsMs;
        }
        long quiet = pinged ? silentMs() : Math.min(silentMs(), heardMs + heartbeatMs);
        return Math.min(quiet, phaseEndsMs);
    }

    private long silentMs() {
        return heardMs + (long) (heartbeatMs * heartbeatsMissed);
    }
}
