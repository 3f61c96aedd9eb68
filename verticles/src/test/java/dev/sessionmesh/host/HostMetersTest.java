package dev.sessionmesh.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.codec.BundleCodec;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.memory.MemorySessionStore;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.OwnedSessions;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.routing.VertxBus;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.Exposition;
import dev.sessionmesh.telemetry.metrics.Metrics;
import dev.sessionmesh.telemetry.metrics.ScrapedPage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is measured of turns that begin here, and of those that are taken over from a node that is gone. */
@Timeout(30)
final class HostMetersTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final Runner DEAD = new Runner("n9", "n9-1");

    private final Metrics metrics = new Metrics(Catalogue.load());
    private final Vertx vertx = Vertx.vertx();
    private final Loops loops = new VertxLoops(vertx);
    private final MemorySessionStore memory = new MemorySessionStore(Limits.DEFAULT, new AtomicLong()::incrementAndGet);
    /** Its answers come after what they are about was seen, as those of a cluster do. */
    private final SessionStore store = seenBeforeAnswered(memory);

    private volatile Consumer<SessionKey> changed = key -> {};
    private SessionService service;
    private TurnHost host;

    @BeforeEach
    void start() throws Exception {
        vertx.eventBus().registerDefaultCodec(Bundle.class, new BundleCodec());
        Exchanges exchanges = new Exchanges(loops, new VertxBus(vertx), store, new OneNode(), 1);
        await(exchanges.start());
        service = new SessionService(loops, store, exchanges, InstantSource.system());
        Provider provider = (request, sink) -> {
            sink.end(new Provider.End.Stop(Usage.UNKNOWN));
            return IDLE;
        };
        host = new TurnHost(
                loops,
                service,
                exchanges,
                new Owned(),
                new Providers(Map.of("fake", provider), "fake"),
                ToolCatalogue.SCOPE,
                (call, progress) -> {
                    throw new IllegalStateException("no tools here");
                },
                Limits.DEFAULT,
                new Runner("n1", "n1-1"),
                HostMeters.of(metrics));
        await(service.create(Access.ALL, KEY, Profile.ofModel("fake")));
        submit("c1", new Command.Input(Payload.of("hello"), Optional.empty()));
    }

    @AfterEach
    void stop() throws Exception {
        host.retire();
        await(vertx.close());
    }

    @Test
    void a_turn_that_begins_here_is_no_takeover() throws Exception {
        host.start();
        until("sessionmesh_turns_ended_total", "status", "completed");
        assertEquals(1, value("sessionmesh_turns_begun_total"));
        assertEquals(0, value("sessionmesh_takeovers_total", "cause", "gone"));
        assertEquals(0, value("sessionmesh_takeover_seconds_count"));
    }

    @Test
    void a_turn_whose_node_is_gone_is_taken_over_and_the_time_until_it_goes_on_is_measured_once() throws Exception {
        submit("", new Command.Claim("t1", 0, 0, DEAD));
        host.start();
        until("sessionmesh_turns_ended_total", "status", "completed");
        assertEquals(0, value("sessionmesh_turns_begun_total"));
        assertEquals(1, value("sessionmesh_takeovers_total", "cause", "gone"));
        assertEquals(0, value("sessionmesh_takeovers_total", "cause", "lost"));
        assertEquals(1, value("sessionmesh_takeover_seconds_count"));
        double took = value("sessionmesh_takeover_seconds_sum");
        assertTrue(took > 0.03 && took < 10, "the claim alone takes 30 ms, this took " + took);
    }

    @Test
    void a_turn_that_was_run_here_before_is_taken_over_as_lost() throws Exception {
        submit("", new Command.Claim("t1", 0, 0, new Runner("n1", "n1-1")));
        host.start();
        until("sessionmesh_turns_ended_total", "status", "completed");
        assertEquals(1, value("sessionmesh_takeovers_total", "cause", "lost"));
    }

    private final class Owned implements OwnedSessions {
        @Override
        public Collection<SessionKey> active() {
            return List.of(KEY);
        }

        @Override
        public Optional<State> owned(SessionKey key) {
            return memory.view(key).toCompletableFuture().join() instanceof Outcome.Done<State>(State state)
                    ? Optional.of(state)
                    : Optional.empty();
        }

        @Override
        public boolean isGone(String incarnation) {
            return incarnation.equals(DEAD.incarnation());
        }

        @Override
        public void onChange(Consumer<SessionKey> listener) {
            changed = listener;
        }

        @Override
        public Collection<SessionKey> waiting() {
            return List.of();
        }

        @Override
        public void onApprovals(Consumer<SessionKey> changed) {}

        @Override
        public void upkeep(SessionKey key) {}
    }

    private SessionStore seenBeforeAnswered(SessionStore kept) {
        return (SessionStore) Proxy.newProxyInstance(
                SessionStore.class.getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> {
                    Object answer = method.invoke(kept, arguments);
                    if (!method.getName().equals("submit")) {
                        return answer;
                    }
                    changed.accept(KEY);
                    return ((CompletionStage<?>) answer)
                            .thenApplyAsync(
                                    outcome -> outcome, CompletableFuture.delayedExecutor(30, TimeUnit.MILLISECONDS));
                });
    }

    private static final Provider.Step IDLE = new Provider.Step() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
    };

    private void submit(String id, Command command) throws Exception {
        CommandId known = id.isEmpty() ? CommandId.NONE : CommandId.parse(id);
        Envelope envelope =
                new Envelope(KEY, known, 1, Origin.of(Actor.ANONYMOUS), System.currentTimeMillis(), 0, command);
        assertTrue(await(service.submit(envelope)) instanceof Outcome.Done<?>, command.toString());
    }

    private void until(String name, String... labels) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (value(name, labels) == 0 && System.nanoTime() < end) {
            Thread.sleep(5);
        }
    }

    private double value(String name, String... labels) {
        return ScrapedPage.of(new String(Exposition.of(metrics, "").body(), StandardCharsets.UTF_8))
                .value(name, labels);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}
