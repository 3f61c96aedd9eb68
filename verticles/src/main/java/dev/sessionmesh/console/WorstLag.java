package dev.sessionmesh.console;

import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How late timers come on this node's event loops: what a busy or blocked loop makes everybody on it wait. The worst of the last ten
 * to twenty seconds. Safe on any thread.
 */
public final class WorstLag {
    private static final long EVERY_MILLIS = 250;
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final AtomicLong now = new AtomicLong();
    private volatile long before;
    private volatile long windowAt;

    private WorstLag(long at) {
        windowAt = at;
    }

    /** @param count of event loops to watch */
    public static WorstLag watch(Loops loops, int count) {
        WorstLag lag = new WorstLag(loops.nanos());
        for (int i = 0; i < count; i++) {
            Loop loop = loops.create();
            AtomicLong due = new AtomicLong(loop.nanos() + TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS));
            loop.every(EVERY_MILLIS, () -> {
                long at = loop.nanos();
                lag.saw(at, at - due.get());
                due.set(at + TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS));
            });
        }
        return lag;
    }

    private void saw(long at, long lateNanos) {
        if (at - windowAt >= WINDOW_NANOS) {
            windowAt = at;
            before = now.getAndSet(0);
        }
        now.accumulateAndGet(Math.max(0, lateNanos), Math::max);
    }

    public double worstMillis() {
        return Math.max(now.get(), before) / 1e6;
    }
}
