package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BulkheadTest {
    private final List<CompletableFuture<String>> started = new ArrayList<>();

    @Test
    void no_more_is_under_way_than_may_be() throws Exception {
        Bulkhead bulkhead = new Bulkhead(2, 1_000, Background.COMMON_POOL);
        List<CompletableFuture<String>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(bulkhead.submit(1, this::work));
        }
        assertEquals(2, count());
        finish(0);
        awaitStarted(3);
        assertFalse(results.get(3).isDone());
        finish(1);
        awaitStarted(4);
        finish(2);
        finish(3);
        for (CompletableFuture<String> result : results) {
            assertEquals("done", result.get());
        }
    }

    @Test
    void bytes_count_too_and_what_is_larger_than_all_goes_alone() throws Exception {
        Bulkhead bulkhead = new Bulkhead(10, 100, Background.COMMON_POOL);
        CompletableFuture<String> large = bulkhead.submit(500, this::work);
        bulkhead.submit(60, this::work);
        bulkhead.submit(60, this::work);
        assertEquals(1, count());
        finish(0);
        assertEquals("done", large.get());
        awaitStarted(2);
        Thread.sleep(50);
        assertEquals(2, count(), "the third does not fit beside the second");
        finish(1);
        awaitStarted(3);
    }

    @Test
    void work_that_fails_makes_room() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1, 100, Background.COMMON_POOL);
        CompletableFuture<String> failing = bulkhead.submit(1, () -> {
            throw new IllegalStateException("no");
        });
        assertThrows(CompletionException.class, failing::join);
        bulkhead.submit(1, this::work);
        assertEquals(1, count());
    }

    @Test
    void a_long_queue_of_work_that_ends_at_once_does_not_pile_up_on_a_stack() {
        Bulkhead bulkhead = new Bulkhead(1, 100, Background.COMMON_POOL);
        CompletableFuture<String> first = bulkhead.submit(1, this::work);
        AtomicInteger ended = new AtomicInteger();
        CompletableFuture<?> last = first;
        for (int i = 0; i < 100_000; i++) {
            last = bulkhead.submit(1, () -> CompletableFuture.completedFuture(ended.incrementAndGet()));
        }
        finish(0);
        last.join();
        assertEquals(100_000, ended.get());
    }

    private CompletableFuture<String> work() {
        CompletableFuture<String> work = new CompletableFuture<>();
        synchronized (started) {
            started.add(work);
        }
        return work;
    }

    private int count() {
        synchronized (started) {
            return started.size();
        }
    }

    private void finish(int index) {
        CompletableFuture<String> work;
        synchronized (started) {
            work = started.get(index);
        }
        work.complete("done");
    }

    private void awaitStarted(int count) throws InterruptedException {
        for (int i = 0; i < 1_000 && count() < count; i++) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertEquals(count, count());
    }
}
