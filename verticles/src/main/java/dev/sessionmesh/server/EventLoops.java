package dev.sessionmesh.server;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Whether every event loop still turns. A probe is answered by one of them and says nothing about the others, whose clients may all be
 * waiting for one that a bug has stopped.
 */
final class EventLoops {
    private static final Duration BEAT = Duration.ofMillis(500);
    /** Longer than any pause of the collector or of a neighbour that this node survives; then only a new process helps. */
    private static final Duration STUCK = Duration.ofSeconds(20);

    private final AtomicLongArray turnedAt;
    private final LongSupplier nanos;
    private final long stuckNanos;

    private EventLoops(int loops, LongSupplier nanos, Duration stuck) {
        this.turnedAt = new AtomicLongArray(loops);
        this.nanos = nanos;
        this.stuckNanos = stuck.toNanos();
        for (int loop = 0; loop < loops; loop++) {
            turned(loop);
        }
    }

    /** Watches so many loops of this instance, which is all of them if it has no more. */
    static Future<EventLoops> watch(Vertx vertx, int loops) {
        return watch(vertx, loops, System::nanoTime, BEAT, STUCK);
    }

    static Future<EventLoops> watch(Vertx vertx, int loops, LongSupplier nanos, Duration beat, Duration stuck) {
        EventLoops watched = new EventLoops(loops, nanos, stuck);
        AtomicInteger next = new AtomicInteger();
        // Vert.x gives each instance the next loop.
        return vertx.deployVerticle(
                        () -> watched.new Pulse(next.getAndIncrement(), beat),
                        new DeploymentOptions().setInstances(loops))
                .map(watched);
    }

    private void turned(int loop) {
        turnedAt.set(loop, nanos.getAsLong());
    }

    boolean areTurning() {
        long now = nanos.getAsLong();
        for (int loop = 0; loop < turnedAt.length(); loop++) {
            if (now - turnedAt.get(loop) > stuckNanos) {
                return false;
            }
        }
        return true;
    }

    private final class Pulse extends VerticleBase {
        private final int loop;
        private final long beatMillis;

        private Pulse(int loop, Duration beat) {
            this.loop = loop;
            this.beatMillis = beat.toMillis();
        }

        @Override
        public Future<?> start() throws Exception {
            vertx.setPeriodic(beatMillis, timer -> turned(loop));
            return super.start();
        }
    }
}
