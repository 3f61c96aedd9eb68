package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.codec.BundleCodec;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.memory.MemorySessionStore;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.provider.RecordingSink;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.Placement;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.routing.VertxBus;
import dev.sessionmesh.server.cli.ServeOptions;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Payloads that lie apart from the log, as models and tools get them: whole. */
@Timeout(30)
final class ModelsTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final String LONG = "a long text \u00fc ".repeat(5_000);

    private final Vertx vertx = Vertx.vertx();
    private SessionService service;
    private Payload reference;

    @BeforeEach
    void say() throws Exception {
        vertx.eventBus().registerDefaultCodec(Bundle.class, new BundleCodec());
        MemorySessionStore store = new MemorySessionStore(Limits.DEFAULT, new AtomicLong()::incrementAndGet);
        Exchanges exchanges = new Exchanges(new VertxLoops(vertx), new VertxBus(vertx), store, new Alone(), 1);
        await(exchanges.start());
        service = new SessionService(new VertxLoops(vertx), store, exchanges, InstantSource.system());
        await(service.create(Access.ALL, KEY, Profile.ofModel("openai:tiny")));
        Command input = new Command.Input(Payload.of(LONG), Optional.empty());
        Appended said = done(service.submit(new Envelope(KEY, CommandId.parse("c1"), 1, Origin.SYSTEM, 1, 0, input)));
        reference = ((Event.InputAccepted) said.batch().events().getFirst()).text();
        assertInstanceOf(Payload.Blob.class, reference);
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void a_model_is_told_long_payloads_whole() throws Exception {
        Promise<JsonObject> asked = Promise.promise();
        HttpServer model = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    request.body().map(body -> body.toJsonObject()).onComplete(asked);
                    request.response().setStatusCode(400).end();
                })
                .listen(0, "127.0.0.1"));
        URI url = URI.create("http://127.0.0.1:" + model.actualPort() + "/v1");
        ServeOptions.Models options = new ServeOptions.Models(
                "openai:tiny",
                Optional.of(new ServeOptions.OpenAi(
                        url, Optional.empty(), "", Duration.ofMinutes(1), Duration.ofMinutes(1))));
        Provider openAi =
                Models.of(vertx, options, service, Metrics.unread()).byName().get("openai");
        Conversation conversation = done(service.conversation(Access.ALL, KEY));
        RecordingSink sink = new RecordingSink();
        vertx.runOnContext(now -> openAi.start(
                new Provider.Request(KEY, Profile.ofModel("openai:tiny"), List.of(), "tiny", conversation, "t1", ""),
                sink));
        JsonObject message = await(asked.future()).getJsonArray("messages").getJsonObject(0);
        assertEquals(LONG, message.getString("content"));
    }

    private static <T> T done(Future<Outcome<T>> future) throws Exception {
        return switch (await(future)) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T> refused -> throw new AssertionError(refused.toString());
        };
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    private record Alone() implements Placement {
        @Override
        public boolean isGone(String incarnation) {
            return false;
        }

        @Override
        public String self() {
            return "n1-1";
        }

        @Override
        public String ownerOf(SessionKey key) {
            return "n1-1";
        }

        @Override
        public Gap compare(SessionKey key, String follower, long seq, long generation) {
            return Gap.NONE;
        }
    }
}
