package dev.sessionmesh.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.memory.MemorySessionStore;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.Exposition;
import dev.sessionmesh.telemetry.metrics.Metrics;
import dev.sessionmesh.telemetry.metrics.ScrapedPage;
import io.vertx.core.Future;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FollowedTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");

    /** Whoever calls is on it; what is done later is never done. */
    private static final Loop HERE = new Loop() {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void after(long millis, Runnable work) {}

        @Override
        public Timer every(long millis, Runnable work) {
            return () -> {};
        }

        @Override
        public <T> Future<T> bring(CompletionStage<T> stage) {
            return Future.fromCompletionStage(stage);
        }

        @Override
        public long nanos() {
            return 0;
        }
    };

    private static EventBatch batch(long seq) {
        return new EventBatch(seq, 0, List.of(new Event.Forked(seq)));
    }

    @Test
    void who_appends_when_it_is_told_something_turns_nobodys_order_around() {
        MemorySessionStore store = new MemorySessionStore(Limits.DEFAULT, new AtomicLong()::incrementAndGet);
        store.create(KEY, Profile.ofModel("scripted:test"), 0)
                .toCompletableFuture()
                .join();
        Followed followed = new Followed(HERE, store, new Generations(), "n1", KEY, gone -> {}, RoutingMeters.unread());
        List<Long> eager = new ArrayList<>();
        List<Long> calm = new ArrayList<>();
        followed.add(
                listener(eager, seq -> {
                    if (seq < 3) {
                        followed.offer(batch(seq + 1), 0);
                    }
                }),
                HERE);
        followed.add(listener(calm, seq -> {}), HERE);
        followed.offer(batch(1), 0);
        assertEquals(List.of(1L, 2L, 3L), eager);
        assertEquals(List.of(1L, 2L, 3L), calm);
    }

    @Test
    void what_does_not_continue_and_what_brings_nothing_new_is_counted_and_what_is_missing_read() {
        MemorySessionStore store = new MemorySessionStore(Limits.DEFAULT, new AtomicLong()::incrementAndGet);
        store.create(KEY, Profile.ofModel("scripted:test"), 0)
                .toCompletableFuture()
                .join();
        Metrics metrics = new Metrics(Catalogue.load());
        Followed followed =
                new Followed(HERE, store, new Generations(), "n1", KEY, gone -> {}, RoutingMeters.of(metrics));
        List<Long> heard = new ArrayList<>();
        followed.add(listener(heard, seq -> {}), HERE);
        followed.offer(batch(1), 0);
        assertEquals(0, counted(metrics, "sessionmesh_bus_gaps_total"));
        followed.offer(batch(3), 0);
        followed.offer(batch(1), 0);
        followed.offer(batch(2), 0);
        assertEquals(List.of(1L, 2L, 3L), heard);
        assertEquals(1, counted(metrics, "sessionmesh_bus_gaps_total"));
        assertEquals(1, counted(metrics, "sessionmesh_bus_duplicates_total"));
        assertEquals(0, counted(metrics, "sessionmesh_backfills_total"));
        followed.backfill();
        assertEquals(1, counted(metrics, "sessionmesh_backfills_total"));
    }

    /** Otherwise its tabs would sit there in silence for as long as the node is up. */
    @Test
    void who_follows_a_session_that_moved_to_another_cluster_is_told_and_who_has_to_wait_is_not() {
        MemorySessionStore store = new MemorySessionStore(Limits.DEFAULT, new AtomicLong()::incrementAndGet);
        store.create(KEY, Profile.ofModel("scripted:test"), 0)
                .toCompletableFuture()
                .join();
        AtomicReference<Outcome<SessionStore.Slice>> answer =
                new AtomicReference<>(Outcome.refused(ErrorCode.UNAVAILABLE, "its copies are away"));
        SessionStore reads = (SessionStore) Proxy.newProxyInstance(
                SessionStore.class.getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> method.getName().equals("read")
                        ? CompletableFuture.completedFuture(answer.get())
                        : method.invoke(store, arguments));
        List<SessionKey> forgotten = new ArrayList<>();
        Followed followed = new Followed(
                HERE, reads, new Generations(), "n1", KEY, gone -> forgotten.add(gone.key()), RoutingMeters.unread());
        AtomicInteger ends = new AtomicInteger();
        followed.add(
                new FeedListener() {
                    @Override
                    public void events(Delivery delivery) {}

                    @Override
                    public void recovering(String turn) {}

                    @Override
                    public void ended() {
                        ends.incrementAndGet();
                    }
                },
                HERE);
        followed.backfill();
        assertEquals(0, ends.get());
        answer.set(Outcome.elsewhere("the session is held by the cluster green"));
        followed.backfill();
        assertEquals(1, ends.get());
        assertEquals(List.of(KEY), forgotten);
    }

    private static double counted(Metrics metrics, String name) {
        return ScrapedPage.of(new String(Exposition.of(metrics, "").body(), StandardCharsets.UTF_8))
                .value(name);
    }

    private static FeedListener listener(List<Long> heard, java.util.function.LongConsumer then) {
        return new FeedListener() {
            @Override
            public void events(Delivery delivery) {
                heard.add(delivery.from());
                then.accept(delivery.to());
            }

            @Override
            public void recovering(String turn) {}

            @Override
            public void ended() {}
        };
    }
}
