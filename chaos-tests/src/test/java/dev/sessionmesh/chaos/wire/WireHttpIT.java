package dev.sessionmesh.chaos.wire;

import static dev.sessionmesh.chaos.wire.OneNode.attached;
import static dev.sessionmesh.chaos.wire.OneNode.get;
import static dev.sessionmesh.chaos.wire.OneNode.input;
import static dev.sessionmesh.chaos.wire.OneNode.json;
import static dev.sessionmesh.chaos.wire.OneNode.request;
import static dev.sessionmesh.chaos.wire.OneNode.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTP table of docs/protocol.md, against a real node. */
@ExtendWith(OneNode.class)
@Timeout(60)
final class WireHttpIT {

    private static void refused(int status, String code, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response::body);
        JsonObject error = json(response).getJsonObject("error");
        assertEquals(code, error.getString("code"), response::body);
        assertFalse(error.getString("message").isEmpty());
        assertNotNull(error.getBoolean("retryable"));
    }

    /** A session with one finished turn; returns its head. */
    private static long oneTurn(String session) throws IOException {
        try (RawSocket socket = attached(session)) {
            return socket.send(input("c1", "slow 10"))
                    .collectStatus("completed")
                    .getLast()
                    .getLong("seq");
        }
    }

    @Test
    void a_session_is_created_once() throws Exception {
        String profile = "{\"id\":\"http-once\",\"model\":\"scripted:test\",\"metadata\":{\"team\":\"a\"}}";
        HttpResponse<String> created = request("POST", "/v1/sessions", profile);
        assertEquals(201, created.statusCode(), created::body);
        assertEquals("http-once", json(created).getString("id"));
        assertEquals(200, request("POST", "/v1/sessions", profile).statusCode());
        assertEquals(
                200, request("POST", "/v1/sessions", "{\"id\":\"http-once\"}").statusCode());
        refused(
                409,
                "session_conflict",
                request("POST", "/v1/sessions", "{\"id\":\"http-once\",\"instructions\":\"be brief\"}"));
    }

    @Test
    void a_session_without_an_id_gets_one() throws Exception {
        HttpResponse<String> created = request("POST", "/v1/sessions", "{}");
        assertEquals(201, created.statusCode(), created::body);
        assertEquals(200, get("/v1/sessions/" + json(created).getString("id")).statusCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "400 | bad_json  | {",
                "400 | bad_json  | []",
                "400 | bad_field | {\"id\":7}",
                "400 | bad_field | {\"id\":\"\"}",
                "400 | bad_field | {\"id\":\"a/b\"}",
                "400 | bad_field | {\"id\":\"a b\"}",
                "400 | bad_field | {\"id\":\"x1\",\"model\":7}",
                "400 | bad_field | {\"id\":\"x1\",\"tools\":\"all\"}",
                "400 | bad_field | {\"id\":\"x1\",\"tools\":[{\"name\":5}]}",
                "400 | bad_field | {\"id\":\"x1\",\"tools\":[{\"name\":\"a\",\"executor\":\"moon\",\"approval\":\"never\"}]}",
                "400 | bad_field | {\"id\":\"x1\",\"metadata\":5}",
                "400 | bad_field | {\"id\":\"x1\",\"inputPolicy\":\"explode\"}",
            })
    void a_bad_profile_is_refused(int status, String code, String body) throws Exception {
        refused(status, code, request("POST", "/v1/sessions", body));
    }

    @Test
    void a_session_tells_its_state() throws Exception {
        String session = session();
        long head = oneTurn(session);
        JsonObject state = json(get("/v1/sessions/" + session));
        assertEquals(session, state.getString("id"));
        assertEquals(head, state.getLong("head"));
        assertFalse(state.getString("pos").isEmpty());
        assertEquals("scripted:test", state.getString("model"));
        assertEquals("t1", state.getJsonObject("turn").getString("id"));
        assertEquals("completed", state.getJsonObject("turn").getString("status"));
        assertNotNull(state.getJsonArray("turns"));
        assertNotNull(state.getJsonArray("approvals"));
        assertNotNull(state.getJsonArray("toolCalls"));
    }

    @Test
    void events_are_read_page_by_page_without_a_gap() throws Exception {
        String session = session();
        long head = oneTurn(session);
        long after = 0;
        StringBuilder text = new StringBuilder();
        for (int page = 0; after < head && page < 100; page++) {
            JsonObject json = json(get("/v1/sessions/" + session + "/events?after=" + after + "&limit=2"));
            assertEquals(head, json.getLong("head"));
            JsonArray events = json.getJsonArray("events");
            assertTrue(events.size() >= 1 && events.size() <= 2, json::encode);
            for (int i = 0; i < events.size(); i++) {
                JsonObject event = events.getJsonObject(i);
                assertEquals(after + 1, event.getLong("from", event.getLong("seq")));
                after = event.getLong("seq");
                text.append(event.getString("type").equals("token") ? event.getString("text") : "");
            }
        }
        assertEquals("0 1 2 3 4 5 6 7 8 9 ", text.toString());
        assertEquals(
                0,
                json(get("/v1/sessions/" + session + "/events?after=" + head))
                        .getJsonArray("events")
                        .size());
    }

    @Test
    void messages_are_the_folded_conversation() throws Exception {
        String session = session();
        long head = oneTurn(session);
        JsonObject json = json(get("/v1/sessions/" + session + "/messages"));
        assertEquals(head, json.getLong("seq"));
        JsonArray messages = json.getJsonArray("messages");
        assertEquals("slow 10", messages.getJsonObject(0).getString("text"));
        assertEquals("0 1 2 3 4 5 6 7 8 9 ", messages.getJsonObject(1).getString("text"));
    }

    @Test
    void inputs_and_commands_are_accepted_with_their_id_and_seq() throws Exception {
        String session = session();
        HttpResponse<String> posted =
                request("POST", "/v1/sessions/" + session + "/inputs", "{\"id\":\"h1\",\"text\":\"hello\"}");
        assertEquals(202, posted.statusCode(), posted::body);
        assertEquals("h1", json(posted).getString("id"));
        assertEquals(1, json(posted).getInteger("seq"));
        HttpResponse<String> again =
                request("POST", "/v1/sessions/" + session + "/inputs", "{\"id\":\"h1\",\"text\":\"hello\"}");
        assertEquals(202, again.statusCode());
        assertEquals(1, json(again).getInteger("seq"));
        refused(
                409,
                "id_conflict",
                request("POST", "/v1/sessions/" + session + "/inputs", "{\"id\":\"h1\",\"text\":\"other\"}"));
        refused(
                404,
                "call_not_found",
                request(
                        "POST",
                        "/v1/sessions/" + session + "/commands",
                        "{\"type\":\"approve\",\"id\":\"h2\",\"callId\":\"k7\"}"));
        assertEquals(
                202,
                request(
                                "POST",
                                "/v1/sessions/" + session + "/commands",
                                "{\"type\":\"input\",\"id\":\"h3\",\"text\":\"x\"}")
                        .statusCode());
    }

    @Test
    void what_does_not_exist_is_said_so() throws Exception {
        refused(404, "session_not_found", get("/v1/sessions/nowhere"));
        refused(404, "session_not_found", get("/v1/sessions/nowhere/events?after=0"));
        refused(404, "session_not_found", get("/v1/sessions/nowhere/messages"));
        refused(404, "session_not_found", request("POST", "/v1/sessions/nowhere/inputs", "{\"text\":\"x\"}"));
        assertEquals(404, get("/v1/nothing-here").statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "after=-1, bad_field",
        "after=x, bad_field",
        "after=99999, position_ahead",
        "after=0&limit=0, bad_field",
        "after=0&limit=x, bad_field",
    })
    void bad_query_parameters_are_refused(String query, String code) throws Exception {
        refused(400, code, get("/v1/sessions/" + session() + "/events?" + query));
    }

    @Test
    void bad_bodies_are_refused() throws Exception {
        String session = session();
        refused(400, "bad_json", request("POST", "/v1/sessions/" + session + "/inputs", "{"));
        refused(400, "bad_field", request("POST", "/v1/sessions/" + session + "/inputs", "{\"text\":5}"));
        refused(
                400,
                "unknown_type",
                request("POST", "/v1/sessions/" + session + "/commands", "{\"type\":\"explode\"}"));
        refused(
                413,
                "too_large",
                request("POST", "/v1/sessions/" + session + "/inputs", "{\"text\":\"" + "x".repeat(2_000_000) + "\"}"));
    }

    @Test
    void a_deleted_session_is_gone_for_good() throws Exception {
        String session = session();
        oneTurn(session);
        assertEquals(204, request("DELETE", "/v1/sessions/" + session, "").statusCode());
        refused(410, "session_deleted", get("/v1/sessions/" + session));
        refused(410, "session_deleted", request("POST", "/v1/sessions/" + session + "/inputs", "{\"text\":\"x\"}"));
        refused(410, "session_deleted", request("POST", "/v1/sessions", "{\"id\":\"" + session + "\"}"));
    }

    @Test
    void a_tab_hears_that_its_session_was_deleted() throws Exception {
        String session = session();
        try (RawSocket socket = attached(session)) {
            assertEquals(204, request("DELETE", "/v1/sessions/" + session, "").statusCode());
            assertEquals(session, socket.await("detached").getString("session"));
        }
    }

    @Test
    void the_list_of_sessions_is_paged_by_id() throws Exception {
        List<String> own = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            own.add(session());
        }
        List<String> listed = new ArrayList<>();
        String after = "";
        for (int page = 0; page < 1000; page++) {
            JsonObject json = json(get("/v1/sessions?limit=3" + (after.isEmpty() ? "" : "&after=" + after)));
            JsonArray sessions = json.getJsonArray("sessions");
            for (int i = 0; i < sessions.size(); i++) {
                listed.add(sessions.getJsonObject(i).getString("id"));
            }
            if (!json.containsKey("next")) {
                break;
            }
            after = json.getString("next");
        }
        assertTrue(listed.containsAll(own), () -> listed + " lacks some of " + own);
        assertEquals(listed.stream().sorted().distinct().toList(), listed);
    }

    @Test
    void a_stream_follows_and_resumes_by_its_last_event_id() throws Exception {
        String session = session();
        long head = oneTurn(session);
        List<JsonObject> first = stream(session, "?after=0", "", head);
        assertEquals(1, first.getFirst().getLong("seq"));
        assertEquals(head, first.getLast().getLong("seq"));
        List<JsonObject> rest = stream(session, "", "Last-Event-ID: 3\r\n", head);
        assertEquals(4, rest.getFirst().getLong("from", rest.getFirst().getLong("seq")));
    }

    /** Reads a server-sent stream up to the event of seq {@code last}; the id of an event is its seq. */
    private static List<JsonObject> stream(String session, String query, String header, long last) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), OneNode.url().getPort())) {
            socket.setSoTimeout(10_000);
            String request = "GET /v1/sessions/" + session + "/events" + query
                    + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + header + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            List<JsonObject> events = new ArrayList<>();
            String id = "";
            while (events.isEmpty() || events.getLast().getLong("seq") < last) {
                String line = in.readLine();
                assertNotNull(line, "the stream ended behind " + events);
                if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("data:")) {
                    JsonObject event = new JsonObject(line.substring(5));
                    if (event.containsKey("seq")) {
                        assertEquals(event.getLong("seq").toString(), id, event::encode);
                        events.add(event);
                    }
                }
            }
            return events;
        }
    }

    @Test
    void the_cluster_tells_its_nodes() throws Exception {
        JsonObject cluster = json(get("/v1/cluster"));
        assertEquals("n1", cluster.getString("node"));
        assertTrue(cluster.getBoolean("quorum"));
        assertTrue(cluster.getBoolean("safe"));
        JsonObject self = cluster.getJsonArray("nodes").getJsonObject(0);
        assertEquals("n1", self.getString("name"));
        assertTrue(self.getBoolean("self"));
        assertTrue(self.getString("url").endsWith(":" + OneNode.url().getPort()), cluster::encode);
    }

    @Test
    void health_and_the_description_are_served() throws Exception {
        for (String path : List.of("/health/started", "/health/live", "/health/ready")) {
            HttpResponse<String> health = get(path);
            assertEquals(200, health.statusCode(), path);
            assertNotNull(json(health).getString("status"), path);
            assertTrue(json(health).containsKey("checks"), path);
        }
        assertTrue(json(get("/v1/openapi.json")).getString("openapi").startsWith("3."));
    }

    @Test
    void the_socket_path_without_an_upgrade_is_refused() throws Exception {
        int status = get("/v1/ws").statusCode();
        assertTrue(status >= 400 && status < 500, "answered " + status);
    }

    @Test
    void the_socket_of_a_session_that_does_not_exist_says_so() throws Exception {
        try (RawSocket socket = new RawSocket(OneNode.url(), "/v1/sessions/nowhere/ws?after=0")) {
            assertEquals("session_not_found", socket.await("error").getString("code"));
        } catch (IOException refusedBeforeTheUpgrade) {
            assertTrue(
                    String.valueOf(refusedBeforeTheUpgrade.getMessage()).contains(" 404"),
                    refusedBeforeTheUpgrade::toString);
        }
    }
}
