package dev.sessionmesh.archive.redis;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what is under way; called from any thread. */
final class Gate {
    private final int callsMost;
    private final long bytesMost;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Gate(int callsMost, long bytesMost) {
        this.callsMost = callsMost;
        this.bytesMost = bytesMost;
    }

    /** One call alone may be larger than the bound, or it never got through. */
    boolean enter(long size) {
        if (calls.incrementAndGet() > callsMost) {
            calls.decrementAndGet();
            return false;
        }
        if (bytes.addAndGet(size) > bytesMost && calls.get() > 1) {
            leave(size);
            return false;
        }
        return true;
    }

    void leave(long size) {
        calls.decrementAndGet();
        bytes.addAndGet(-size);
    }
}
