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
    /** The server let it in. */
    boolean welcomed;

    final Renewal renewal;
    private final long answerMs;
    private long quietMs;
    private long heardMs;
    /** When it was asked whether it lives; -1 while there is no reason to doubt it. */
    private long askedMs = -1;

    Link(int id, URI node, ClientLimits limits, long nowMs) {
        this.id = id;
        this.node = node;
        this.phaseEndsMs = nowMs + limits.connectTimeout().toMillis();
        this.renewal = new Renewal(limits.attachTimeout().toMillis());
        this.answerMs = limits.answerTime().toMillis();
        this.quietMs = limits.quietTime().toMillis();
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

    /** The server shows a sign of life every so often. */
    void heartbeat(long everyMs) {
        quietMs = Math.max(1, Math.min(quietMs, everyMs));
    }

    void heard(long nowMs) {
        heardMs = nowMs;
        askedMs = -1;
    }

    boolean dead(long nowMs) {
        return nowMs >= phaseEndsMs || (askedMs >= 0 && nowMs >= askedMs + answerMs);
    }

    /** True once per silence, when the other side should be asked whether it lives; {@code awaiting} an answer, sooner. */
    boolean shouldPing(boolean awaiting, long nowMs) {
        if (!open() || askedMs >= 0 || nowMs < doubtMs(awaiting)) {
            return false;
        }
        askedMs = nowMs;
        return true;
    }

    long wakeAtMs(boolean awaiting) {
        if (!open()) {
            return phaseEndsMs;
        }
        long silence = askedMs >= 0 ? askedMs + answerMs : doubtMs(awaiting);
        return Math.min(Math.min(phaseEndsMs, renewal.wakeAtMs()), silence);
    }

    private long doubtMs(boolean awaiting) {
        return heardMs + (awaiting ? Math.min(answerMs, quietMs) : quietMs);
    }
}
