package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.access.quota.Quota;
import dev.sessionmesh.access.quota.QuotaPlan;
import io.vertx.core.json.JsonObject;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tenant that floods, and one that does not. */
@Timeout(120)
class FairnessTest {
    private static final int CONNECTIONS = 10;
    private static final int COMMANDS_PER_SECOND = 50;
    private static final int CALM_COMMANDS = 100;

    @TempDir
    private Path dir;

    private HttpNode node;

    @BeforeEach
    void start() throws Exception {
        Path keys = TwoTenants.file(dir);
        Quota tenants = new Quota(Quota.ANY, CONNECTIONS, 10_000, COMMANDS_PER_SECOND, 1_000, 100_000_000);
        node = new HttpNode(
                Optional.empty(),
                vertx -> Optional.of(BackEnds.admission(vertx, keys)),
                new QuotaPlan(Map.of(), tenants, Quota.USER, Quota.ADDRESS));
        for (String key : List.of(TwoTenants.LOUD, TwoTenants.CALM)) {
            assertEquals(
                    201,
                    BackEnds.post(node, key, "/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}")
                            .statusCode());
        }
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void one_tenants_flood_neither_refuses_nor_loses_a_command_of_another() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<HeardFrames> floods = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            HeardFrames frames = new HeardFrames();
            WebSocket socket = open(TwoTenants.LOUD, frames);
            floods.add(frames);
            threads.add(Thread.ofVirtual().start(() -> flood(socket, over)));
        }
        try {
            HeardFrames calm = new HeardFrames();
            WebSocket socket = open(TwoTenants.CALM, calm);
            long from = System.nanoTime();
            for (int i = 0; i < CALM_COMMANDS; i++) {
                socket.sendText("{\"type\":\"cancel\",\"turn\":\"t9\",\"id\":\"calm-" + i + "\"}", true)
                        .get(10, TimeUnit.SECONDS);
                JsonObject answer = calm.next("error");
                assertEquals("turn_not_found", answer.getString("code"), "it was carried out: there is none");
                assertEquals("calm-" + i, answer.getString("id"));
                Thread.sleep(1_000 / COMMANDS_PER_SECOND);
            }
            double seconds = (System.nanoTime() - from) / 1e9;
            long answered = floods.stream()
                    .mapToLong(heard -> heard.left("type", "error"))
                    .sum();
            long limited = floods.stream()
                    .mapToLong(heard -> heard.left("code", "rate_limited"))
                    .sum();
            assertTrue(limited > 0, "the flood was told off");
            // What it may, what it saved, and a refusal for each connection ten times a second.
            double most = (seconds + 2) * (COMMANDS_PER_SECOND + CONNECTIONS * 10) * 1.5 + CONNECTIONS * 10;
            assertTrue(answered <= most, answered + " of the flood's frames were dealt with in " + seconds + " s");
        } finally {
            over.set(true);
            for (Thread thread : threads) {
                thread.join(10_000);
            }
        }
    }

    /** As fast as the server reads. */
    private static void flood(WebSocket socket, AtomicBoolean over) {
        CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(socket);
        while (!over.get()) {
            try {
                sent.get(100, TimeUnit.MILLISECONDS);
                sent = socket.sendText("{\"type\":\"cancel\",\"turn\":\"t9\",\"id\":\"loud\"}", true);
            } catch (TimeoutException full) {
                // It is not read for the moment.
            } catch (ExecutionException | InterruptedException gone) {
                return;
            }
        }
    }

    @Test
    void a_tenant_that_has_all_its_connections_gets_no_more_until_one_ends_and_others_get_theirs() throws Exception {
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            sockets.add(open(TwoTenants.LOUD, new HeardFrames()));
        }
        CompletionException refused =
                assertThrows(CompletionException.class, () -> opening(TwoTenants.LOUD, new HeardFrames())
                        .join());
        var answer = ((WebSocketHandshakeException) refused.getCause()).getResponse();
        assertEquals(429, answer.statusCode());
        assertTrue(answer.headers().firstValue("Retry-After").isPresent());
        var stream = node.send(node.request("/v1/sessions/s1/events")
                .header("Authorization", "Bearer " + TwoTenants.LOUD)
                .header("Accept", "text/event-stream"));
        assertEquals(429, stream.statusCode(), "a stream is a connection too");
        open(TwoTenants.CALM, new HeardFrames()).abort();
        sockets.getFirst().abort();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (opening(TwoTenants.LOUD, new HeardFrames())
                        .handle((open, no) -> no)
                        .join()
                != null) {
            assertTrue(System.nanoTime() < until, "the place was not given back");
            Thread.sleep(50);
        }
        assertTrue(node.hits.get().get("tenant.connection") >= 2);
    }

    private WebSocket open(String key, HeardFrames frames) throws Exception {
        WebSocket socket = opening(key, frames).get(10, TimeUnit.SECONDS);
        frames.next("attached");
        return socket;
    }

    private CompletableFuture<WebSocket> opening(String key, HeardFrames frames) {
        return node.client()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + key)
                .buildAsync(node.webSocket("/v1/sessions/s1/ws?after=0"), frames);
    }
}
