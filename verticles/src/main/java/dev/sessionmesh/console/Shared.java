package dev.sessionmesh.console;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One answer for all who ask at about the same time: a hundred open consoles ask the cluster no more often than one. Safe on any thread. */
final class Shared<T> {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Vertx vertx;
    private final Supplier<Future<T>> ask;
    private @Nullable CompletionStage<T> latest;
    private long askedAt;

    Shared(Vertx vertx, Supplier<Future<T>> ask) {
        this.vertx = vertx;
        this.ask = ask;
    }

    /** Completes on the caller's event loop. */
    Future<T> get() {
        return Future.fromCompletionStage(stage(), vertx.getOrCreateContext());
    }

    private synchronized CompletionStage<T> stage() {
        long now = System.nanoTime();
        @Nullable CompletionStage<T> known = latest;
        if (known == null || now - askedAt >= FRESH_NANOS) {
            known = ask.get().toCompletionStage();
            latest = known;
            askedAt = now;
        }
        return known;
    }
}
