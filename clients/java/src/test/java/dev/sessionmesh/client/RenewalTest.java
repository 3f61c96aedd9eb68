package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens that expire before the tab does. */
@Timeout(60)
class RenewalTest {
    private static final URI NODE = URI.create("http://127.0.0.1:1");
    private static final int WELCOMED = 1;

    private static final String ATTACHED = new JsonObject()
            .put("type", "attached")
            .put("session", "s1")
            .put("head", 0)
            .put("pos", "p")
            .put("resumed", true)
            .put("client", "c")
            .encode();

    private final Follower renewing =
            follower(ClientOptions.of(List.of(NODE)).withTokens(() -> Future.failedFuture("x")));

    private static Follower follower(ClientOptions options) {
        return new Follower("s1", Position.start(), options, new Random(1));
    }

    private static String welcome(OptionalLong expiresInMs) {
        JsonObject frame = new JsonObject()
                .put("type", "welcome")
                .put("protocol", 1)
                .put("node", "n1")
                .put("connection", "x")
                .put("heartbeatMs", 3_600_000);
        expiresInMs.ifPresent(ms -> frame.put("expiresInMs", ms));
        return frame.encode();
    }

    private static List<Effect> drain(Follower follower) {
        List<Effect> effects = new ArrayList<>();
        for (Effect effect = follower.poll(); effect != null; effect = follower.poll()) {
            effects.add(effect);
        }
        return effects;
    }

    private static <E extends Effect> List<E> drain(Follower follower, Class<E> kind) {
        return drain(follower).stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static void open(Follower follower, OptionalLong expiresInMs) {
        follower.start(0);
        follower.opened(WELCOMED, 0);
        follower.received(WELCOMED, welcome(expiresInMs), 0);
        drain(follower);
    }

    @Test
    void a_token_is_replaced_when_most_of_its_life_is_over_and_so_is_the_next() {
        Renewal renewal = new Renewal(3_000);
        renewal.accepted(OptionalLong.of(100_000), 0);
        assertEquals(80_000, renewal.wakeAtMs());
        assertFalse(renewal.due(79_999));
        assertTrue(renewal.due(80_000));
        assertFalse(renewal.due(80_000), "asked for once");
        renewal.accepted(OptionalLong.of(50_000), 81_000);
        assertEquals(121_000, renewal.wakeAtMs());
        renewal.accepted(OptionalLong.empty(), 122_000);
        assertEquals(Long.MAX_VALUE, renewal.wakeAtMs());
    }

    @Test
    void one_that_can_not_be_had_is_asked_for_again_until_the_old_one_is_over() {
        Renewal renewal = new Renewal(3_000);
        renewal.accepted(OptionalLong.of(20_000), 0);
        int asked = 0;
        while (renewal.wakeAtMs() != Long.MAX_VALUE) {
            assertTrue(renewal.wakeAtMs() < 20_000);
            assertTrue(renewal.due(renewal.wakeAtMs()));
            asked++;
        }
        assertEquals(2, asked);
    }

    @Test
    void an_open_connection_asks_for_a_token_and_sends_it() {
        open(renewing, OptionalLong.of(9_000));
        renewing.received(WELCOMED, ATTACHED, 0);
        drain(renewing);
        assertEquals(7_200, renewing.wakeAtMs());
        renewing.wake(7_199);
        assertEquals(List.of(), drain(renewing));
        renewing.wake(7_200);
        assertEquals(List.of(new Effect.AskToken(WELCOMED)), drain(renewing));
        renewing.token(WELCOMED, "t");
        assertEquals(List.of(new Effect.Authenticate(WELCOMED, "t")), drain(renewing));
        renewing.received(WELCOMED, "{\"type\":\"authenticated\",\"expiresInMs\":5000}", 7_300);
        assertEquals(List.of(), drain(renewing), "nobody else is told");
        assertEquals(7_300 + 4_000, renewing.wakeAtMs());
    }

    @Test
    void a_token_of_a_connection_that_is_gone_goes_nowhere() {
        open(renewing, OptionalLong.of(10_000));
        renewing.token(WELCOMED, "t");
        assertEquals(List.of(new Effect.Authenticate(WELCOMED, "t")), drain(renewing));
        assertFalse(new Effect.Authenticate(WELCOMED, "secret").toString().contains("secret"));
        renewing.closed(WELCOMED, CloseCode.LOST, "lost", 100);
        drain(renewing);
        renewing.token(WELCOMED, "t");
        assertEquals(List.of(), drain(renewing));
    }

    @Test
    void who_has_another_token_comes_back_once_when_one_is_refused() {
        open(renewing, OptionalLong.of(10_000));
        renewing.closed(WELCOMED, CloseCode.UNAUTHORIZED, "unauthorized", 100);
        assertEquals(List.of(), drain(renewing, Effect.Ended.class), "it may merely have expired");
        renewing.wake(10_000);
        Effect.Connect again = drain(renewing, Effect.Connect.class).getFirst();
        renewing.opened(again.link(), 10_001);
        renewing.received(
                again.link(),
                "{\"type\":\"error\",\"code\":\"unauthorized\",\"message\":\"no\",\"retryable\":false}",
                10_002);
        renewing.closed(again.link(), CloseCode.UNAUTHORIZED, "unauthorized", 10_003);
        assertEquals(1, drain(renewing, Effect.Ended.class).size(), "a fresh one was refused, too");
    }

    @Test
    void who_has_but_one_token_is_over_with_it() {
        Follower fixed = follower(ClientOptions.of(List.of(NODE)).withToken("only"));
        open(fixed, OptionalLong.of(9_000));
        fixed.received(WELCOMED, ATTACHED, 0);
        fixed.wake(8_999);
        assertEquals(List.of(), drain(fixed, Effect.AskToken.class));
        fixed.closed(WELCOMED, CloseCode.UNAUTHORIZED, "unauthorized", 100);
        assertEquals(1, drain(fixed, Effect.Ended.class).size());
    }

    /** Over real sockets: a server whose tokens live for a moment. */
    @Test
    void a_tab_stays_open_over_many_tokens() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            BlockingQueue<String> told = new LinkedBlockingQueue<>();
            HttpServer server = vertx.createHttpServer(
                            new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                    .requestHandler(request -> {
                        told.add("request " + request.getHeader("Authorization"));
                        request.response().end("{}");
                    })
                    .webSocketHandler(socket -> serve(socket, told))
                    .listen()
                    .await(10, TimeUnit.SECONDS);
            AtomicInteger made = new AtomicInteger();
            ClientOptions options = ClientOptions.of(List.of(URI.create("http://127.0.0.1:" + server.actualPort())))
                    .withTokens(() -> Future.succeededFuture("t" + made.incrementAndGet()));
            SessionmeshClient client = SessionmeshClient.create(vertx, options);
            Tab tab = client.follow("s1", Position.start(), frame -> {});
            assertEquals("opened Bearer t1", told.poll(10, TimeUnit.SECONDS));
            assertEquals("auth t2", told.poll(10, TimeUnit.SECONDS));
            assertEquals("auth t3", told.poll(10, TimeUnit.SECONDS));
            tab.close().await(10, TimeUnit.SECONDS);
            client.http().cluster().await(10, TimeUnit.SECONDS);
            assertTrue(
                    Optional.ofNullable(told.poll(10, TimeUnit.SECONDS))
                            .filter(line -> line.matches("request Bearer t[4-9]|auth t4"))
                            .isPresent(),
                    "each request brings a token of its own");
            client.close().await(10, TimeUnit.SECONDS);
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    private static void serve(ServerWebSocket socket, BlockingQueue<String> told) {
        told.add("opened " + socket.headers().get("Authorization"));
        socket.writeTextMessage(welcome(OptionalLong.of(1_200)));
        socket.textMessageHandler(text -> {
            JsonObject frame = new JsonObject(text);
            switch (frame.getString("type")) {
                case "attach" -> socket.writeTextMessage(ATTACHED);
                case "auth" -> {
                    told.add("auth " + frame.getString("token"));
                    socket.writeTextMessage(new JsonObject()
                            .put("type", "authenticated")
                            .put("expiresInMs", 1_200)
                            .encode());
                }
                default -> {}
            }
        });
    }
}
