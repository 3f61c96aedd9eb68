package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionTest {
    private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private HttpNode node;

    @BeforeEach
    void start() throws Exception {
        node = new HttpNode();
        node.post("/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}");
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void a_session_that_was_deleted_is_no_longer_attached() throws Exception {
        WebSocket socket = connect("/v1/ws");
        say(socket, "{'type':'attach','session':'s1','after':0}", "attached");
        assertEquals(204, node.delete("/v1/sessions/s1").statusCode());
        until("detached");
        JsonObject refused = say(socket, "{'type':'attach','session':'s1','after':0}", "error");
        assertEquals("session_deleted", refused.getString("code"));
        assertEquals("not_attached", say(socket, "{'type':'cancel'}", "error").getString("code"));
    }

    @Test
    void a_position_that_makes_no_sense_is_refused_and_not_ignored() throws Exception {
        for (var wrong :
                new String[][] {{"pos=rubbish", "bad_position"}, {"after=abc", "bad_field"}, {"after=-1", "bad_field"}
                }) {
            WebSocket socket = connect("/v1/sessions/s1/ws?" + wrong[0]);
            JsonObject refused = until("error");
            assertEquals(wrong[1], refused.getString("code"));
            assertEquals("s1", refused.getString("session"));
            say(socket, "{'type':'attach','session':'s1','after':0}", "attached");
            socket.abort();
        }
    }

    @Test
    void a_draining_node_takes_no_new_input_but_lets_go_on() throws Exception {
        WebSocket socket = connect("/v1/sessions/s1/ws?after=0");
        say(socket, "{'type':'input','id':'c1','text':'hello'}", "ack");
        node.draining.set(true);
        JsonObject refused = say(socket, "{'type':'input','id':'c2','text':'more'}", "error");
        assertEquals("draining", refused.getString("code"));
        assertTrue(refused.getBoolean("retryable"));
        say(socket, "{'type':'cancel','id':'c3'}", "ack");
    }

    @Test
    void a_draining_node_takes_no_new_clients_and_sends_the_others_away() throws Exception {
        connect("/v1/ws");
        node.draining.set(true);
        var drained = node.gateway.drain();
        until("goaway");
        assertRefused();
        HttpNode.await(drained);
        assertEquals(4503, closed.get(10, TimeUnit.SECONDS));
        assertRefused();
        assertEquals(200, node.get("/health/live").statusCode());
    }

    @Test
    void a_node_that_is_cut_off_sends_its_clients_to_look_for_a_majority_and_keeps_who_finds_none() throws Exception {
        WebSocket socket = connect("/v1/sessions/s1/ws?after=0");
        node.quorum.set(false);
        JsonObject goaway = until("goaway");
        assertEquals("no_quorum", goaway.getString("reason"));
        assertTrue(goaway.getLong("withinMs") > 0);
        say(socket, "{'type':'ping'}", "pong");
    }

    private void assertRefused() {
        CompletionException failed = Assertions.assertThrows(
                CompletionException.class, () -> opening("/v1/ws").join());
        HttpResponse<?> answer = ((WebSocketHandshakeException) failed.getCause()).getResponse();
        assertEquals(503, answer.statusCode());
        assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    }

    @Test
    void who_keeps_on_flooding_is_closed() throws Exception {
        WebSocket socket = connect("/v1/ws");
        for (int i = 0; i < 20_000 && !closed.isDone(); i++) {
            try {
                socket.sendText("{\"type\":\"ping\"}", true).get(10, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException gone) {
                break;
            }
            if (i % 100 == 0) {
                // About five times as fast as allowed: in between some are let through.
                Thread.sleep(150);
            }
        }
        assertEquals(4429, closed.get(10, TimeUnit.SECONDS));
    }

    @Test
    void a_burst_is_told_off_and_forgotten() throws Exception {
        WebSocket socket = connect("/v1/ws");
        for (int i = 0; i < 1_000; i++) {
            socket.sendText("{\"type\":\"ping\"}", true).get(10, TimeUnit.SECONDS);
        }
        assertEquals("rate_limited", until("error").getString("code"));
        assertFalse(closed.isDone());
    }

    private WebSocket connect(String path) throws Exception {
        WebSocket socket = opening(path).get(10, TimeUnit.SECONDS);
        until("welcome");
        return socket;
    }

    private CompletableFuture<WebSocket> opening(String path) {
        return node.client().newWebSocketBuilder().buildAsync(node.webSocket(path), new Frames());
    }

    private JsonObject say(WebSocket socket, String frame, String answer) throws Exception {
        socket.sendText(frame.replace('\'', '"'), true).get(10, TimeUnit.SECONDS);
        return until(answer);
    }

    private JsonObject until(String type) throws Exception {
        JsonObject frame = new JsonObject();
        while (!type.equals(frame.getString("type"))) {
            frame = frames.poll(10, TimeUnit.SECONDS);
            assertTrue(frame != null, "no " + type + " came");
        }
        return frame;
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                frames.add(new JsonObject(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }
}
