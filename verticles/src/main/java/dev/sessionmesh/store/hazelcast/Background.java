package dev.sessionmesh.store.hazelcast;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** Where the store waits, and does what belongs neither on an event loop nor on a partition's thread. */
public interface Background extends Executor {
    /** Runs the work in so many milliseconds. */
    void after(long millis, Runnable work);

    /** Monotonic time in nanoseconds, of no use but for differences. */
    long nanos();

    Background COMMON_POOL = new Background() {
        @Override
        public void execute(Runnable work) {
            ForkJoinPool.commonPool().execute(work);
        }

        @Override
        public void after(long millis, Runnable work) {
            CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, ForkJoinPool.commonPool())
                    .execute(work);
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };
}
