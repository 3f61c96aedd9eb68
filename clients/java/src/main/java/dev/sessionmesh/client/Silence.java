package dev.sessionmesh.client;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** Says when nothing was heard for too long. Confined to the context it was made on. */
final class Silence {
    private final Vertx vertx;
    private final long limitMs;
    private final Runnable tooLong;
    private long heardMs = nowMs();
    private long timerId;

    Silence(Vertx vertx, long limitMs, Runnable tooLong) {
        this.vertx = vertx;
        this.limitMs = limitMs;
        this.tooLong = tooLong;
        arm(limitMs);
    }

    void heard() {
        heardMs = nowMs();
    }

    void stop() {
        vertx.cancelTimer(timerId);
    }

    private void arm(long delayMs) {
        timerId = vertx.setTimer(delayMs, fired -> {
            long leftMs = heardMs + limitMs - nowMs();
            if (leftMs > 0) {
                arm(leftMs);
            } else {
                tooLong.run();
            }
        });
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
