package dev.sessionmesh.access.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BucketTest {
    private static final long SECOND = Bucket.SECOND;

    @Test
    void what_was_saved_may_be_taken_at_once_and_then_only_what_comes_in() {
        Bucket bucket = new Bucket(0);
        for (int i = 0; i < 20; i++) {
            assertEquals(0, bucket.take(1, 10, 2, 0));
        }
        assertEquals(SECOND / 10, bucket.take(1, 10, 2, 0));
        assertEquals(SECOND / 20, bucket.take(1, 10, 2, SECOND / 20));
        assertEquals(0, bucket.take(1, 10, 2, SECOND / 10));
        assertTrue(bucket.take(1, 10, 2, SECOND / 10) > 0);
        assertEquals(0, bucket.take(20, 10, 2, 100 * SECOND), "it holds no more than it holds");
        assertTrue(bucket.take(1, 10, 2, 100 * SECOND) > 0);
    }

    @Test
    void what_is_more_than_it_holds_is_had_from_a_full_one() {
        Bucket bucket = new Bucket(0);
        assertEquals(0, bucket.take(1, 10, 2, 0));
        assertEquals(SECOND / 10, bucket.take(1_000, 10, 2, 0));
        assertEquals(0, bucket.take(1_000, 10, 2, SECOND / 10));
    }

    @Test
    void who_comes_when_he_was_told_to_is_let_through_whatever_went_before() {
        SplittableRandom random = new SplittableRandom(1);
        for (int run = 0; run < 1_000; run++) {
            Bucket bucket = new Bucket(0);
            long perSecond = 1 + random.nextLong(5_000);
            int saved = 1 + random.nextInt(10);
            long now = 0;
            long taken = 0;
            for (int step = 0; step < 100; step++) {
                now += random.nextLong(SECOND);
                long amount = random.nextLong(perSecond * saved) + 1;
                long wait = bucket.take(amount, perSecond, saved, now);
                if (wait > 0) {
                    now += wait;
                    assertEquals(0, bucket.take(amount, perSecond, saved, now));
                }
                taken += amount;
                // A token may be cut off at each step, as time is whole nanoseconds.
                assertTrue(
                        taken <= perSecond * saved + now / SECOND * perSecond + perSecond + step + 1,
                        "never more than was saved and came in since");
            }
        }
    }

    @Test
    void the_rate_may_change_while_it_is_used() {
        Bucket bucket = new Bucket(0);
        assertEquals(0, bucket.take(20, 10, 2, 0));
        assertEquals(0, bucket.take(1_000, 1_000, 2, SECOND), "half a bucket by then, however much that is now");
        assertTrue(bucket.take(1, 1_000, 2, SECOND) > 0);
    }

    @Test
    void many_threads_together_get_no_more_than_one() throws Exception {
        Bucket bucket = new Bucket(0);
        int threads = 8;
        CountDownLatch together = new CountDownLatch(threads);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            var counts = IntStream.range(0, threads)
                    .mapToObj(thread -> executor.submit(() -> {
                        together.countDown();
                        together.await();
                        return IntStream.range(0, 10_000)
                                .filter(i -> bucket.take(1, 5_000, 2, 0) == 0)
                                .count();
                    }))
                    .toList();
            long all = 0;
            for (Future<Long> count : counts) {
                all += count.get();
            }
            assertEquals(10_000, all);
        }
    }
}
