package dev.sessionmesh.webhook;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** How long to wait after so many failures in a row: doubled each time up to a cap, and drawn from the upper half so that many do not come back at once. */
record Backoff(Duration first, Duration most, DoubleSupplier random) {
    private static final int DOUBLINGS = 30;

    long millis(int failures) {
        long doubled = first.toMillis() << Math.min(DOUBLINGS, Math.max(0, failures - 1));
        long whole = Math.min(most.toMillis(), doubled);
        return whole / 2 + (long) (random.getAsDouble() * (whole - whole / 2));
    }
}
