package dev.sessionmesh.store.hazelcast;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Lets so much work be under way at a time, and queues the rest in order. Without it a node that is offered more than the cluster can
 * copy fills the members' queues until copies confirm too late, and then everything is sent again: less gets done the more is offered.
 */
final class Bulkhead {
    private final int maxCount;
    private final long maxBytes;
    private final Executor background;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int count;
    private long bytes;

    /**
     * @param maxCount how many pieces of work at a time
     * @param maxBytes how much they may carry together; one that is larger goes alone
     * @param background where work that had to wait starts
     */
    Bulkhead(int maxCount, long maxBytes, Executor background) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
        this.background = background;
    }

    private record Waiting(long bytes, Runnable start) {}

    /**
     * Starts the work when its turn has come; on the caller's thread, or in the background. The result comes on the thread
     * that completes the work, one of Hazelcast's: no hop, and nothing may be asked of Hazelcast there.
     */
    <T> CompletableFuture<T> submit(long size, Supplier<CompletionStage<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable start = () -> {
            var unused = begin(work)
                    .whenCompleteAsync(
                            (value, failure) -> {
                                leave(size);
                                if (failure == null) {
                                    result.complete(value);
                                } else {
                                    result.completeExceptionally(failure);
                                }
                            },
                            Runnable::run);
        };
        synchronized (this) {
            if (!waiting.isEmpty() || !hasRoom(size)) {
                waiting.add(new Waiting(size, start));
                return result;
            }
            enter(size);
        }
        start.run();
        return result;
    }

    private static <T> CompletionStage<T> begin(Supplier<CompletionStage<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException bug) {
            return CompletableFuture.failedStage(bug);
        }
    }

    private void leave(long size) {
        List<Runnable> due = new ArrayList<>();
        synchronized (this) {
            count--;
            bytes -= size;
            while (!waiting.isEmpty() && hasRoom(waiting.element().bytes())) {
                Waiting next = waiting.remove();
                enter(next.bytes());
                due.add(next.start());
            }
        }
        // Not on this stack: work that ends at once would start the next one ever deeper.
        due.forEach(background::execute);
    }

    private boolean hasRoom(long size) {
        return count == 0 || (count < maxCount && bytes + size <= maxBytes);
    }

    private void enter(long size) {
        count++;
        bytes += size;
    }
}
