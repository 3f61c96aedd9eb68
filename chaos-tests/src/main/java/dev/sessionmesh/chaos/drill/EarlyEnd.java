package dev.sessionmesh.chaos.drill;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ctrl-C ends a drill on a cluster of somebody else early, and not without a report: the process goes once that is written, with the
 * status that it stands for.
 */
final class EarlyEnd {

    private static final Duration REPORTS_WITHIN = Duration.ofMinutes(5);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private volatile boolean heeded;

    /** From now on a signal to end is heard; whether it is heeded, {@link #heed} says. */
    static EarlyEnd onSignal() {
        EarlyEnd end = new EarlyEnd();
        Runtime.getRuntime().addShutdownHook(new Thread(end::shutdown, "early-end"));
        return end;
    }

    /** Whoever calls this looks at {@link #pass} and will come to {@link #over}. */
    void heed() {
        heeded = true;
    }

    /** Asks for the end, as Ctrl-C does. */
    void ask() {
        asked.countDown();
    }

    /** Lets time pass; false when it was cut short. */
    boolean pass(Duration time) {
        try {
            return !asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The report is written. */
    void over(int exitStatus) {
        status.complete(exitStatus);
    }

    private void shutdown() {
        if (!heeded || status.isDone()) {
            return;
        }
        System.err.println("ending; the report follows");
        ask();
        try {
            // The thread that would exit by itself waits for this hook: only halt gives the process the status of the
            // report.
            Runtime.getRuntime().halt(status.get(REPORTS_WITHIN.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("no report within " + REPORTS_WITHIN.toMinutes() + " min");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
