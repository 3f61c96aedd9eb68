package dev.sessionmesh.archive;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which a node's part of the archive is thought about; packing a log is no work for an event loop. */
final class Desk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("archive").daemon().factory());

    /** Of a clock that only goes forward. */
    long millis() {
        return System.nanoTime() / 1_000_000;
    }

    /** 0 to {@code bound}, without it. */
    long random(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }

    void run(Runnable work) {
        try {
            thread.execute(() -> guarded(work));
        } catch (RejectedExecutionException closing) {
            LOG.debug("too late", closing);
        }
    }

    void after(long millis, Runnable work) {
        try {
            var unused = thread.schedule(() -> guarded(work), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("too late", closing);
        }
    }

    void every(long millis, Runnable work) {
        var unused = thread.scheduleWithFixedDelay(() -> guarded(work), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Goes on here once there is an answer: with a value, or with what went wrong. */
    <T> void bring(CompletionStage<T> answer, BiConsumer<Optional<T>, Optional<Throwable>> then) {
        var unused = answer.whenComplete((value, failure) -> run(() -> then.accept(
                Optional.ofNullable(value), Optional.ofNullable(failure).map(Desk::cause))));
    }

    private static Throwable cause(Throwable failure) {
        @Nullable Throwable inner = failure.getCause();
        return failure instanceof CompletionException && inner != null ? cause(inner) : failure;
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException bug) {
            LOG.error("the archive missed a step", bug);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
