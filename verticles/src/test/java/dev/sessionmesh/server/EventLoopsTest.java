package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class EventLoopsTest {
    private static final int LOOPS = 3;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void one_loop_that_stands_still_is_seen_whichever_it_is() throws Exception {
        EventLoops loops = EventLoops.watch(
                        vertx, LOOPS, System::nanoTime, Duration.ofMillis(20), Duration.ofMillis(400))
                .await();
        assertTrue(loops.areTurning());
        for (int loop = 0; loop < LOOPS; loop++) {
            // Each context is of the next loop.
            Context victim = vertx.getOrCreateContext();
            CountDownLatch release = new CountDownLatch(1);
            victim.runOnContext(now -> block(release));
            until(() -> !loops.areTurning());
            release.countDown();
            until(loops::areTurning);
        }
    }

    @Test
    void loops_that_have_not_turned_yet_get_the_same_time() {
        EventLoops loops = EventLoops.watch(vertx, LOOPS, System::nanoTime, Duration.ofHours(1), Duration.ofMillis(300))
                .await();
        assertTrue(loops.areTurning());
        until(() -> !loops.areTurning());
        assertFalse(loops.areTurning());
    }

    private static void block(CountDownLatch release) {
        try {
            assertTrue(release.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static void until(BooleanSupplier reached) {
        while (!reached.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
