package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.port.Access.Action;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody learns who tries names. */
@Timeout(60)
class GuessingTest {
    private static final int MADE = 1_000;

    private HttpNode node;

    @BeforeEach
    void start() throws Exception {
        node = new HttpNode();
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void ids_that_the_server_makes_have_128_bits_none_of_which_can_be_foretold() throws Exception {
        Set<String> ids = new HashSet<>();
        int[] ones = new int[128];
        byte[] last = new byte[16];
        int[] changed = new int[128];
        for (int i = 0; i < MADE; i++) {
            HttpResponse<String> made = node.post("/v1/sessions", "{\"model\":\"scripted:test\"}");
            assertEquals(201, made.statusCode());
            String id = new JsonObject(made.body()).getString("id");
            assertTrue(ids.add(id), "twice: " + id);
            byte[] bytes = Base64.getUrlDecoder().decode(id);
            assertEquals(16, bytes.length);
            for (int bit = 0; bit < 128; bit++) {
                int mask = 1 << bit % 8;
                ones[bit] += (bytes[bit / 8] & mask) == 0 ? 0 : 1;
                changed[bit] += ((bytes[bit / 8] ^ last[bit / 8]) & mask) == 0 ? 0 : 1;
            }
            last = bytes;
        }
        // Seven standard deviations: once in 10^9 runs by chance, always when a bit is fixed, counted up or a clock's.
        double most = 7 * Math.sqrt(MADE) / 2;
        for (int bit = 0; bit < 128; bit++) {
            assertEquals(MADE / 2.0, ones[bit], most, "bit " + bit);
            assertEquals(MADE / 2.0, changed[bit], most, "bit " + bit + " against the one before");
        }
    }

    /** Otherwise names of customers or projects could be tried until one exists. */
    @Test
    void who_was_granted_nothing_is_not_told_which_sessions_there_are() throws Exception {
        for (String id : List.of("there", "gone")) {
            node.post("/v1/sessions", "{\"id\":\"" + id + "\",\"model\":\"scripted:test\"}");
        }
        node.delete("/v1/sessions/gone");
        node.actions = EnumSet.noneOf(Action.class);
        for (String path : List.of("", "/events", "/messages", "/blobs/" + "0".repeat(64))) {
            same(
                    node.get("/v1/sessions/there" + path),
                    node.get("/v1/sessions/gone" + path),
                    node.get("/v1/sessions/never" + path));
        }
        for (String command :
                List.of("{\"type\":\"input\",\"text\":\"a\"}", "{\"type\":\"approve\",\"callId\":\"k1\"}")) {
            same(
                    node.post("/v1/sessions/there/commands", command),
                    node.post("/v1/sessions/gone/commands", command),
                    node.post("/v1/sessions/never/commands", command));
        }
        same(node.delete("/v1/sessions/there"), node.delete("/v1/sessions/gone"), node.delete("/v1/sessions/never"));
        same(
                node.post("/v1/sessions", "{\"id\":\"there\"}"),
                node.post("/v1/sessions", "{\"id\":\"gone\"}"),
                node.post("/v1/sessions", "{\"id\":\"never\"}"));
        assertEquals(
                new JsonArray(),
                new JsonObject(node.get("/v1/sessions").body()).getJsonArray("sessions"),
                "and none is listed");
    }

    @Test
    void nor_by_a_web_socket() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"there\",\"model\":\"scripted:test\"}");
        node.actions = EnumSet.noneOf(Action.class);
        HeardFrames heard = new HeardFrames();
        WebSocket socket = node.client()
                .newWebSocketBuilder()
                .buildAsync(node.webSocket("/v1/ws"), heard)
                .get(10, TimeUnit.SECONDS);
        for (String id : List.of("there", "never")) {
            socket.sendText("{\"type\":\"attach\",\"session\":\"" + id + "\",\"after\":0}", true)
                    .get(10, TimeUnit.SECONDS);
            JsonObject error = heard.next("error");
            assertEquals("forbidden not granted: read", error.getString("code") + " " + error.getString("message"));
            socket.sendText("{\"type\":\"input\",\"session\":\"" + id + "\",\"text\":\"a\"}", true)
                    .get(10, TimeUnit.SECONDS);
            assertEquals("not_attached", heard.next("error").getString("code"));
        }
    }

    @SafeVarargs
    private static void same(HttpResponse<String> first, HttpResponse<String>... others) {
        assertEquals(403, first.statusCode(), first::body);
        for (HttpResponse<String> other : others) {
            assertEquals(first.statusCode(), other.statusCode(), other::body);
            assertEquals(first.body(), other.body());
        }
    }
}
