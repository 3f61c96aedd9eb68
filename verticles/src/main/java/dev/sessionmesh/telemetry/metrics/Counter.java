package dev.sessionmesh.telemetry.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A count that only grows. Any thread may add to it, at the price of an addition; whoever adds often keeps it in a field. */
public final class Counter {
    private final LongAdder count = new LongAdder();

    public void increment() {
        count.increment();
    }

    public void add(long more) {
        count.add(more);
    }

    public long sum() {
        return count.sum();
    }
}
