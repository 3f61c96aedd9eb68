package dev.sessionmesh.chaos.sim;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Simulated time: everything that is still to happen, one thing after the other. Times are microseconds since the start. */
final class Timeline {
    static final long MILLI = 1_000;
    static final long SECOND = 1_000_000;

    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private long now;
    private long orders;
    private long hash = 17;

    /** @param machine whose work it is; null for the world's own */
    record Due(long at, long order, @Nullable Machine machine, Runnable work) {}

    long now() {
        return now;
    }

    /** The same for two runs if and only if, as far as anybody can tell, they were the same. */
    long hash() {
        return hash;
    }

    /** Makes what happened part of the run's hash. */
    void mix(long what) {
        hash = (hash ^ what) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 29;
    }

    /** @param after microseconds from now */
    void in(long after, @Nullable Machine machine, Runnable work) {
        queue.add(new Due(now + Math.max(0, after), orders++, machine, work));
    }

    void at(long at, @Nullable Machine machine, Runnable work) {
        in(at - now, machine, work);
    }

    /** Does the next thing; what a dead machine had to do is dropped, what a frozen one has to do waits in it. */
    void step() {
        Due due = queue.remove();
        now = due.at();
        Machine machine = due.machine();
        if (machine == null) {
            due.work().run();
            return;
        }
        switch (machine.state()) {
            case DEAD -> {}
            case FROZEN -> machine.park(due);
            case UP -> {
                mix(due.at() ^ ((long) machine.number() << 48));
                machine.run(due.work());
            }
        }
    }

    /** Runs until so many microseconds since the start. */
    void runUntil(long end) {
        while (!queue.isEmpty() && queue.element().at() <= end) {
            step();
        }
        now = Math.max(now, end);
    }
}
