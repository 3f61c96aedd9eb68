package dev.sessionmesh.telemetry.metrics;

import java.util.concurrent.atomic.LongAdder;

/** How many there are now of what comes and goes. Any thread may change it. */
public final class Level {
    private final LongAdder level = new LongAdder();

    public void up() {
        level.increment();
    }

    public void down() {
        level.decrement();
    }

    public void add(long change) {
        level.add(change);
    }

    long sum() {
        return level.sum();
    }
}
