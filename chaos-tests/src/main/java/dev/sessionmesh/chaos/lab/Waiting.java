package dev.sessionmesh.chaos.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded waiting for something that another process does. */
public final class Waiting {

    private static final Duration POLL = Duration.ofMillis(20);

    private Waiting() {}

    /** Returns as soon as {@code reached} holds; after {@code within} it fails and says what was there instead. */
    public static void until(String what, Duration within, BooleanSupplier reached, Supplier<String> found) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new LabException("waited " + within.toSeconds() + " s for " + what + "; found: " + found.get());
            }
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new LabException("interrupted while waiting for " + what);
            }
        }
    }
}
