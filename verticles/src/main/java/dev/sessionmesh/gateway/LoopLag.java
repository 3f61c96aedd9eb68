package dev.sessionmesh.gateway;

import dev.sessionmesh.telemetry.metrics.Histogram;
import io.vertx.core.Vertx;

/** Measures how late an event loop does what was due: as late as everything else on it. */
final class LoopLag {
    private static final long EVERY_MILLIS = 100;
    private static final long EVERY_NANOS = EVERY_MILLIS * 1_000_000;

    private final Vertx vertx;
    private final Histogram lag;

    private LoopLag(Vertx vertx, Histogram lag) {
        this.vertx = vertx;
        this.lag = lag;
    }

    /** Of the loop that this is called on. */
    static void watch(Vertx vertx, Histogram lag) {
        new LoopLag(vertx, lag).look();
    }

    /** One timer after the other: a periodic one would make up for what it missed, and find nothing late. */
    private void look() {
        long due = System.nanoTime() + EVERY_NANOS;
        vertx.setTimer(EVERY_MILLIS, timer -> {
            lag.nanos(System.nanoTime() - due);
            look();
        });
    }
}
