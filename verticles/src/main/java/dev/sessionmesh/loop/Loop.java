package dev.sessionmesh.loop;

import io.vertx.core.Future;
import java.util.concurrent.CompletionStage;

/** An event loop: what runs on it runs one after the other. Two objects that stand for the same loop are equal. */
public interface Loop {
    /** Runs the work after what is already waiting. */
    void execute(Runnable work);

    /** Runs the work once, in so many milliseconds. */
    void after(long millis, Runnable work);

    /** Runs the work again and again, for the first time in so many milliseconds. */
    Timer every(long millis, Runnable work);

    /** The same outcome, delivered on this loop. */
    <T> Future<T> bring(CompletionStage<T> stage);

    /** Monotonic time in nanoseconds, of no use but for differences. */
    long nanos();

    interface Timer {
        void cancel();
    }
}
