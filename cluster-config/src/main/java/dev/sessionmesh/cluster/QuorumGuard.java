package dev.sessionmesh.cluster;

import java.util.concurrent.atomic.LongAdder;

/** The answer to {@link Quorum}, written by the one thread that knows and read by all. Closed until opened. */
public final class QuorumGuard implements Quorum {
    private final LongAdder losses = new LongAdder();
    private volatile boolean open;
    private volatile boolean failed;

    @Override
    public boolean hasQuorum() {
        return open;
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

    /** For good: a node that cannot keep its votes must not take part. */
    void fail() {
        failed = true;
        set(false);
    }
}
