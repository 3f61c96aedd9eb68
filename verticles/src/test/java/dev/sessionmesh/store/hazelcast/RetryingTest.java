package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.map.IMap;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RetryingTest {
    private final Clockwork clockwork = new Clockwork();
    /** What the grid was sent, in order; it answers when the test says so. */
    private final List<CompletableFuture<Reply>> sent = new ArrayList<>();

    private final Retrying retrying = new Retrying(new HazelcastMaps(map(), map(), map(), clockwork));

    @Test
    void what_waits_for_a_member_that_left_is_sent_again_and_the_first_answer_counts() {
        CompletableFuture<Reply> result = submit("a");
        retrying.sendAgain(key -> true);
        clockwork.run(25);
        assertEquals(2, sent.size());
        Reply answer = Reply.of(Reply.OK);
        sent.get(1).complete(answer);
        assertSame(answer, result.join());
        sent.get(0).completeExceptionally(new IndeterminateOperationStateException("its owner left"));
        clockwork.run(10_000);
        assertEquals(2, sent.size(), "what comes of the first try is of no interest");
    }

    @Test
    void an_answer_to_the_first_try_counts_too() {
        CompletableFuture<Reply> result = submit("a");
        retrying.sendAgain(key -> true);
        clockwork.run(25);
        Reply answer = Reply.of(Reply.OK);
        sent.get(0).complete(answer);
        assertSame(answer, result.join());
        sent.get(1).complete(Reply.of(Reply.REPEATED));
        assertSame(answer, result.join());
    }

    @Test
    void other_sessions_are_left_alone() {
        submit("a");
        submit("b");
        retrying.sendAgain("a"::equals);
        clockwork.run(25);
        assertEquals(3, sent.size());
    }

    @Test
    void what_gets_no_answer_after_a_change_is_sent_again_ever_more_seldom_and_only_for_a_while() {
        retrying.sendAgain(key -> true);
        CompletableFuture<Reply> result = submit("a");
        clockwork.run(190);
        assertEquals(1, sent.size());
        clockwork.run(3_000);
        assertTrue(sent.size() > 1 && sent.size() < 6, sent.size() + " tries");
        int tries = sent.size();
        clockwork.run(10_000);
        assertEquals(tries, sent.size());
        assertFalse(result.isDone());
    }

    @Test
    void what_waits_its_turn_is_not_sent_twice() {
        List<CompletableFuture<Reply>> results = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            results.add(retrying.produce("a", 1, tries -> new ReadProcessor()));
        }
        assertEquals(64, sent.size());
        retrying.sendAgain(key -> true);
        clockwork.run(25);
        assertEquals(128, sent.size(), "those that were under way");
        List.copyOf(sent).forEach(waiting -> waiting.complete(Reply.of(Reply.OK)));
        clockwork.run(25);
        assertEquals(129, sent.size());
        sent.getLast().complete(Reply.of(Reply.OK));
        results.forEach(result -> assertTrue(result.isDone()));
    }

    private CompletableFuture<Reply> submit(String key) {
        return retrying.submit(key, tries -> new ReadProcessor());
    }

    @SuppressWarnings("unchecked")
    private <K, V> IMap<K, V> map() {
        return (IMap<K, V>) Proxy.newProxyInstance(
                RetryingTest.class.getClassLoader(), new Class<?>[] {IMap.class}, (proxy, method, arguments) -> {
                    CompletableFuture<Reply> answer = new CompletableFuture<>();
                    sent.add(answer);
                    return answer;
                });
    }

    /** Time that passes when the test says so. */
    private static final class Clockwork implements Background {
        private record Due(long at, int number, Runnable work) {}

        private final Queue<Due> due =
                new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingInt(Due::number));

        private long millis;
        private int number;

        void run(long more) {
            long end = millis + more;
            while (!due.isEmpty() && due.element().at() <= end) {
                Due next = due.remove();
                millis = next.at();
                next.work().run();
            }
            millis = end;
        }

        @Override
        public void execute(Runnable work) {
            after(0, work);
        }

        @Override
        public void after(long wait, Runnable work) {
            due.add(new Due(millis + wait, number++, work));
        }

        @Override
        public long nanos() {
            return millis * 1_000_000;
        }
    }
}
