package dev.sessionmesh.archive.redis;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** How long to leave a server alone after so many failures in a row: doubled up to a cap, and drawn from the upper half, so that nodes don't come back at once. */
record Backoff(Duration first, Duration most, DoubleSupplier random) {
    private static final int DOUBLINGS = 20;

    long nanos(int failures) {
        long doubled = first.toNanos() << Math.min(DOUBLINGS, Math.max(0, failures - 1));
        long whole = Math.min(most.toNanos(), doubled);
        return whole / 2 + (long) (random.getAsDouble() * (whole - whole / 2));
    }
}
