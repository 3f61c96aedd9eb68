package dev.sessionmesh.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class WorstLagTest {
    private static final long MILLI = 1_000_000;

    private long now;
    private final List<Runnable> ticks = new ArrayList<>();
    private final WorstLag lag = WorstLag.watch(new FakeLoops(), 2);

    private void tick(int loop, long atMillis) {
        now = atMillis * MILLI;
        ticks.get(loop).run();
    }

    @Test
    void the_worst_loop_counts_for_ten_to_twenty_seconds() {
        tick(0, 250);
        tick(1, 250);
        assertEquals(0, lag.worstMillis());
        tick(0, 900);
        tick(1, 500);
        assertEquals(400, lag.worstMillis(), "650 ms after the one before, 250 were wanted");
        for (long at = 1_000; at < 20_000; at += 250) {
            tick(1, at);
        }
        assertEquals(400, lag.worstMillis(), "the window before counts too");
        tick(1, 20_000);
        assertEquals(0, lag.worstMillis());
    }

    private final class FakeLoops implements Loops {
        @Override
        public Loop create() {
            return new FakeLoop();
        }

        @Override
        public Loop current() {
            return create();
        }

        @Override
        public long nanos() {
            return now;
        }
    }

    private final class FakeLoop implements Loop {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void after(long millis, Runnable work) {}

        @Override
        public Timer every(long millis, Runnable work) {
            ticks.add(work);
            return () -> {};
        }

        @Override
        public <T> Future<T> bring(CompletionStage<T> stage) {
            return Future.fromCompletionStage(stage);
        }

        @Override
        public long nanos() {
            return now;
        }
    }
}
