package dev.sessionmesh.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** How far a node is on its way out. Up to {@link #commit} it can stay after all. */
final class Departure {
    enum Phase {
        SERVING,
        /** Takes no new clients and sends the others away; its turns go on. */
        DRAINING,
        /** Past the point of no return. */
        LEAVING,
        LEFT
    }

    /** What is counted. */
    enum Step {
        BEGUN,
        CALLED_OFF,
        LEAVING
    }

    private static final long LOOK_MILLIS = 50;

    private final AtomicIntegerArray times = new AtomicIntegerArray(Step.values().length);

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.SERVING);
    private volatile Consumer<Phase> listener = next -> {};

    /** Told of every step, by whoever takes it: be quick. */
    void onStep(Consumer<Phase> told) {
        listener = told;
    }

    private boolean step(Step what, Phase from, Phase to) {
        boolean taken = phase.compareAndSet(from, to);
        if (taken) {
            times.incrementAndGet(what.ordinal());
            listener.accept(to);
        }
        return taken;
    }

    Phase phase() {
        return phase.get();
    }

    boolean isUnderWay() {
        return phase.get() != Phase.SERVING;
    }

    /** True for the one who now has to carry it out. */
    boolean begin() {
        return step(Step.BEGUN, Phase.SERVING, Phase.DRAINING);
    }

    /** False when it is not draining, or no longer. */
    boolean stay() {
        return step(Step.CALLED_OFF, Phase.DRAINING, Phase.SERVING);
    }

    /** False when the node stays after all. */
    boolean commit() {
        return step(Step.LEAVING, Phase.DRAINING, Phase.LEAVING);
    }

    /** How often it came to this. */
    int times(Step step) {
        return times.get(step.ordinal());
    }

    void done() {
        phase.set(Phase.LEFT);
    }

    /** Has it carried out, by the caller or by whoever is on it already; gives up after so long. */
    void finish(Runnable depart, long seconds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (phase.get() != Phase.LEFT && System.nanoTime() < until) {
            if (begin()) {
                depart.run();
            } else {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
