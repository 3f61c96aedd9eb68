package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventStreamTest {
    private static HttpNode node;
    private static int sessions;
    private String session = "";

    /** @param id empty when it had none */
    private record Sent(String id, String event, JsonObject data) {}

    @BeforeAll
    static void start() throws Exception {
        node = new HttpNode();
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @BeforeEach
    void begin() throws Exception {
        session = "s" + ++sessions;
        node.post("/v1/sessions", "{\"id\":\"" + session + "\"}");
        node.post("/v1/sessions/" + session + "/inputs", "{\"id\":\"c1\",\"text\":\"count\"}");
    }

    @Test
    void a_stream_begins_with_what_was_and_follows_what_is() throws Exception {
        try (Stream stream = open(request(""))) {
            assertEquals("attached", stream.next().event());
            Sent input = stream.next();
            assertEquals("input", input.event());
            assertEquals("1", input.id());
            assertEquals("count", input.data().getString("text"));
            assertEquals("2", stream.next().id());
            node.run(session, "t1", text("a ", "b "), new Output.End(TurnStatus.COMPLETED, "", "", Usage.UNKNOWN));
            assertEquals("agent_status", stream.next().event());
            Sent tokens = stream.next();
            assertEquals("5", tokens.id());
            assertEquals("a b ", tokens.data().getString("text"));
            assertEquals("completed", stream.next().data().getString("status"));
        }
    }

    @Test
    void a_browser_that_comes_back_gets_what_it_missed_and_nothing_twice() throws Exception {
        node.run(session, "t1", text("a ", "b ", "c "));
        try (Stream stream = open(request("?after=1").header("Last-Event-ID", "4"))) {
            Sent attached = stream.next();
            assertTrue(attached.data().getBoolean("resumed"));
            assertEquals("", attached.id());
            Sent rest = stream.next();
            assertEquals("6", rest.id());
            assertEquals(5, rest.data().getLong("from"));
            assertEquals("b c ", rest.data().getString("text"));
        }
    }

    @Test
    void a_position_of_another_history_gets_a_snapshot() throws Exception {
        String pos = new dev.sessionmesh.core.log.Position(4711, 2).token();
        try (Stream stream = open(request("?pos=" + pos))) {
            JsonObject attached = stream.next().data();
            assertEquals("diverged", attached.getString("reason"));
            assertEquals("message", stream.next().event());
        }
    }

    @Test
    void a_stream_ends_with_its_session() throws Exception {
        try (Stream stream = open(request("?after=2"))) {
            assertEquals("attached", stream.next().event());
            assertEquals(204, node.delete("/v1/sessions/" + session).statusCode());
            assertEquals("detached", stream.next().event());
            assertTrue(stream.hasEnded());
            assertEquals(410, node.send(request("")).statusCode());
        }
    }

    @Test
    void a_draining_node_sends_its_streams_elsewhere() throws Exception {
        try (Stream stream = open(request("?after=2"))) {
            assertEquals("attached", stream.next().event());
            node.draining.set(true);
            Sent goaway = stream.next();
            assertEquals("goaway", goaway.event());
            assertEquals("", goaway.id());
            assertTrue(stream.hasEnded());
        } finally {
            node.draining.set(false);
        }
    }

    @Test
    void a_reader_that_pauses_gets_everything_later_and_in_order() throws Exception {
        String piece = "0123456789".repeat(100);
        try (Stream stream = open(request("?after=2"))) {
            assertEquals("attached", stream.next().event());
            node.claim(session, "t1");
            int batches = 4_000;
            for (int batch = 1; batch <= batches; batch++) {
                node.produce(session, "t1", batch, text(piece, "\n"));
            }
            long length = 0;
            long seq = 3;
            while (seq < 3 + 2L * batches) {
                Sent sent = stream.next();
                if (sent.event().equals("token")) {
                    assertEquals(
                            seq + 1, sent.data().getLong("from", sent.data().getLong("seq")));
                    seq = sent.data().getLong("seq");
                    length += sent.data().getString("text").length();
                }
            }
            assertEquals(1_001L * batches, length);
        }
    }

    @Test
    void what_cannot_be_followed_is_refused_before_the_stream_begins() throws Exception {
        assertEquals(
                404,
                node.send(node.request("/v1/sessions/nobody/events").header("Accept", "text/event-stream"))
                        .statusCode());
        assertEquals(400, node.send(request("?after=99")).statusCode());
        assertEquals(400, node.send(request("?pos=x")).statusCode());
        HttpResponse<String> bad = node.send(request("").header("Last-Event-ID", "x"));
        assertEquals(400, bad.statusCode());
        assertEquals(
                "application/json", bad.headers().firstValue("Content-Type").orElse(""));
    }

    private HttpRequest.Builder request(String query) {
        return node.request("/v1/sessions/" + session + "/events" + query).header("Accept", "text/event-stream");
    }

    private Stream open(HttpRequest.Builder request) throws Exception {
        var response = node.client().send(request.build(), BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        assertEquals(
                "text/event-stream",
                response.headers().firstValue("Content-Type").orElse(""));
        return new Stream(new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    }

    private static Output text(String... pieces) {
        return new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of(pieces)));
    }

    /** Reads events the way browsers do. */
    private record Stream(BufferedReader lines) implements AutoCloseable {
        Sent next() throws Exception {
            List<String> event = new ArrayList<>();
            while (event.stream().noneMatch(line -> line.startsWith("data: "))) {
                event.clear();
                for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                    event.add(line);
                }
            }
            return new Sent(field(event, "id"), field(event, "event"), new JsonObject(field(event, "data")));
        }

        boolean hasEnded() throws Exception {
            return lines.readLine() == null;
        }

        private static String field(List<String> event, String name) {
            return event.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }

        @Override
        public void close() throws Exception {
            lines.close();
        }
    }
}
