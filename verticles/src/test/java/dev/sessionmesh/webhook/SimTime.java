package dev.sessionmesh.webhook;

import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Simulated time: what is due runs in one thread, in an order that follows from the seed. */
final class SimTime {
    /** When simulations begin, in epoch milliseconds. */
    static final long EPOCH = 1_700_000_000_000L;

    private record Due(long at, long order, Runnable work) {}

    final Random random;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private long now;
    private long order;

    SimTime(long seed) {
        random = new Random(seed);
    }

    /** Milliseconds since the beginning. */
    long now() {
        return now;
    }

    void in(long millis, Runnable work) {
        due.add(new Due(now + millis, order++, work));
    }

    void runFor(long millis) {
        long end = now + millis;
        while (!due.isEmpty() && due.peek().at() <= end) {
            Due next = due.remove();
            now = Math.max(now, next.at());
            next.work().run();
        }
        now = end;
    }

    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Answers after some time, or never if the one who waits is gone by then. */
    <T> CompletionStage<T> later(int mostMillis, Supplier<T> answer) {
        CompletableFuture<T> later = new CompletableFuture<>();
        in(1 + below(mostMillis), () -> {
            try {
                later.complete(answer.get());
            } catch (RuntimeException failed) {
                later.completeExceptionally(failed);
            }
        });
        return later;
    }

    /** A loop of a machine: what is due after its death does not happen. */
    Loop loop(BooleanSupplier alive) {
        return new Loop() {
            @Override
            public void execute(Runnable work) {
                after(0, work);
            }

            @Override
            public void after(long millis, Runnable work) {
                in(millis, () -> {
                    if (alive.getAsBoolean()) {
                        work.run();
                    }
                });
            }

            @Override
            public Timer every(long millis, Runnable work) {
                boolean[] cancelled = {false};
                after(millis, new Runnable() {
                    @Override
                    public void run() {
                        if (!cancelled[0]) {
                            after(millis, this);
                            work.run();
                        }
                    }
                });
                return () -> cancelled[0] = true;
            }

            @Override
            public <T> Future<T> bring(CompletionStage<T> stage) {
                Promise<T> promise = Promise.promise();
                stage.whenComplete((value, failure) -> execute(() -> {
                    if (failure == null) {
                        promise.complete(value);
                    } else {
                        promise.fail(failure);
                    }
                }));
                return promise.future();
            }

            @Override
            public long nanos() {
                return TimeUnit.MILLISECONDS.toNanos(now);
            }
        };
    }
}
