package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Words;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpApiTest {
    private static HttpNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new HttpNode();
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @Test
    void a_session_is_made_once_and_found_again() throws Exception {
        HttpResponse<String> made = node.post("/v1/sessions", "{\"id\":\"once\",\"model\":\"scripted:a\"}");
        assertEquals(201, made.statusCode());
        assertEquals("/v1/sessions/once", made.headers().firstValue("Location").orElse(""));
        assertEquals(
                200,
                node.post("/v1/sessions", "{\"id\":\"once\",\"model\":\"scripted:a\"}")
                        .statusCode());
        assertEquals(200, node.post("/v1/sessions", "{\"id\":\"once\"}").statusCode());
        refused(node.post("/v1/sessions", "{\"id\":\"once\",\"model\":\"b\"}"), 409, "session_conflict", "model");
    }

    @Test
    void a_session_without_an_id_gets_one_that_nobody_guesses() throws Exception {
        String one = json(node.post("/v1/sessions", "{}")).getString("id");
        String two = json(node.post("/v1/sessions", "{}")).getString("id");
        assertNotEquals(one, two);
        assertTrue(one.length() >= 22, one);
    }

    @Test
    void a_deleted_session_is_gone_for_ever() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"gone\"}");
        assertEquals(204, node.delete("/v1/sessions/gone").statusCode());
        refused(node.get("/v1/sessions/gone"), 410, "session_deleted", "");
        refused(node.post("/v1/sessions", "{\"id\":\"gone\"}"), 410, "session_deleted", "");
        refused(node.get("/v1/sessions/never"), 404, "session_not_found", "");
        refused(node.get("/v1/sessions/no%20such%20name"), 404, "session_not_found", "");
    }

    @Test
    void sessions_are_listed_a_page_at_a_time() throws Exception {
        for (int i = 0; i < 5; i++) {
            node.post("/v1/sessions", "{\"id\":\"zz-" + i + "\"}");
        }
        JsonObject first = json(node.get("/v1/sessions?limit=2&after=zz-"));
        assertEquals(List.of("zz-0", "zz-1"), ids(first));
        JsonObject last = json(node.get("/v1/sessions?limit=3&after=" + first.getString("next")));
        assertEquals(List.of("zz-2", "zz-3", "zz-4"), ids(last));
        assertFalse(last.containsKey("next"));
        refused(node.get("/v1/sessions?limit=0"), 400, "bad_field", "limit");
        refused(node.get("/v1/sessions?limit=many"), 400, "bad_field", "limit");
        refused(node.get("/v1/sessions?after=a%20b"), 400, "bad_field", "after");
    }

    @Test
    void an_input_is_taken_once_whatever_carries_its_id() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"inputs\"}");
        JsonObject first = json(node.post("/v1/sessions/inputs/inputs", "{\"id\":\"c1\",\"text\":\"hi\"}"));
        assertEquals(new JsonObject().put("id", "c1").put("seq", 1), first);
        HttpResponse<String> again = node.send(node.request("/v1/sessions/inputs/inputs")
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Idempotency-Key", "c1")
                .POST(BodyPublishers.ofString("{ \"text\" : \"hi\" }")));
        assertEquals(202, again.statusCode());
        assertEquals(first.copy().put("duplicate", true), json(again));
        refused(node.post("/v1/sessions/inputs/inputs", "{\"id\":\"c1\",\"text\":\"ho\"}"), 409, "id_conflict", "");
        assertTrue(json(node.post("/v1/sessions/inputs/commands", "{\"type\":\"cancel\"}"))
                .getString("id")
                .startsWith("srv-"));
    }

    @Test
    void commands_are_checked_before_anything_happens() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"checks\"}");
        String commands = "/v1/sessions/checks/commands";
        refused(node.post(commands, "{}"), 400, "bad_field", "type");
        refused(node.post(commands, "nonsense"), 400, "bad_json", "");
        refused(node.post(commands, ""), 400, "bad_json", "");
        refused(node.post(commands, "{\"type\":\"attach\",\"session\":\"checks\"}"), 400, "unknown_type", "attach");
        refused(node.post(commands, "{\"type\":\"cancel\",\"session\":\"other\"}"), 400, "bad_field", "session");
        refused(node.post(commands, "{\"type\":\"cancel\"}"), 404, "turn_not_found", "");
        refused(node.post(commands, "{\"type\":\"approve\",\"callId\":\"k9\"}"), 404, "call_not_found", "");
        String huge = "x".repeat(HttpNode.LIMITS.frameBytes());
        refused(node.post("/v1/sessions/checks/inputs", "{\"text\":\"" + huge + "\"}"), 413, "too_large", "");
        refused(
                node.send(node.request(commands).POST(BodyPublishers.ofString("{\"type\":\"cancel\"}"))),
                400,
                "bad_field",
                "Content-Type");
        refused(
                node.send(node.request(commands)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(new byte[] {'"', (byte) 0xff, '"'}))),
                400,
                "bad_utf8",
                "");
        assertEquals(0, json(node.get("/v1/sessions/checks")).getLong("head"));
    }

    @Test
    void a_payload_that_is_too_long_for_the_log_is_fetched_by_its_hash() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"long\"}");
        String text = "<script>alert('\u00fc')</script> ".repeat(2_000);
        String body = new JsonObject().put("id", "c1").put("text", text).encode();
        JsonObject first = json(node.post("/v1/sessions/long/inputs", body));
        assertEquals(first.copy().put("duplicate", true), json(node.post("/v1/sessions/long/inputs", body)));
        refused(node.post("/v1/sessions/long/inputs", "{\"id\":\"c1\",\"text\":\"ho\"}"), 409, "id_conflict", "");
        JsonObject input = json(node.get("/v1/sessions/long/events"))
                .getJsonArray("events")
                .getJsonObject(0);
        assertEquals("", input.getString("text"));
        JsonObject blob = input.getJsonObject("blob");
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, blob.getInteger("bytes"));
        JsonObject message = json(node.get("/v1/sessions/long/messages"))
                .getJsonArray("messages")
                .getJsonObject(0);
        assertEquals(blob, message.getJsonObject("blob"));

        String blobs = "/v1/sessions/long/blobs/";
        HttpResponse<String> whole = node.get(blobs + blob.getString("hash"));
        assertEquals(200, whole.statusCode());
        assertEquals(text, whole.body());
        Map.of(
                        "Content-Type", "text/plain; charset=utf-8",
                        "X-Content-Type-Options", "nosniff",
                        "Content-Disposition", "attachment; filename=\"" + blob.getString("hash") + ".txt\"",
                        "Content-Security-Policy", "sandbox; default-src 'none'",
                        "Cache-Control", "no-store")
                .forEach((name, value) ->
                        assertEquals(value, whole.headers().firstValue(name).orElse(""), name));

        refused(node.get(blobs + "0".repeat(64)), 404, "blob_not_found", "");
        refused(node.get(blobs + "%22%3E"), 404, "blob_not_found", "");
        refused(node.get("/v1/sessions/nobody/blobs/" + blob.getString("hash")), 404, "session_not_found", "");
        node.permits = false;
        refused(node.get(blobs + blob.getString("hash")), 403, "forbidden", "read");
        node.permits = true;
        node.delete("/v1/sessions/long");
        refused(node.get(blobs + blob.getString("hash")), 410, "session_deleted", "");
    }

    @Test
    void many_may_ask_for_a_session_with_tool_calls_at_once() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"asked\"}");
        node.post("/v1/sessions/asked/inputs", "{\"id\":\"c1\",\"text\":\"pay\"}");
        node.run("asked", "t1", Words.call("pay", new Payload.Inline("{\"sum\":1}"), Executor.SERVER, true));
        List<CompletableFuture<HttpResponse<String>>> answers = Stream.generate(() -> node.client()
                        .sendAsync(node.request("/v1/sessions/asked").build(), BodyHandlers.ofString()))
                .limit(50)
                .toList();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            JsonObject call = json(answer.get(10, TimeUnit.SECONDS))
                    .getJsonArray("toolCalls")
                    .getJsonObject(0);
            assertEquals(1, call.getJsonObject("arguments").getInteger("sum"));
        }
    }

    @Test
    void the_log_is_read_a_page_at_a_time() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"log\"}");
        node.post("/v1/sessions/log/inputs", "{\"id\":\"c1\",\"text\":\"count\"}");
        node.run(
                "log",
                "t1",
                text("0 ", "1 ", "2 "),
                text("3 ", "4 "),
                Words.call("pay", new Payload.Inline("{\"sum\":1}"), Executor.SERVER, true));
        JsonObject all = json(node.get("/v1/sessions/log/events"));
        assertEquals(11, all.getLong("head"));
        JsonObject tokens = all.getJsonArray("events").getJsonObject(3);
        assertEquals("0 1 2 3 4 ", tokens.getString("text"));
        assertEquals(4, tokens.getLong("from"));
        assertEquals(8, tokens.getLong("seq"));
        JsonArray page =
                json(node.get("/v1/sessions/log/events?after=5&limit=2")).getJsonArray("events");
        assertEquals(1, page.size());
        assertEquals("2 3 ", page.getJsonObject(0).getString("text"));
        assertEquals(
                List.of(),
                json(node.get("/v1/sessions/log/events?after=11"))
                        .getJsonArray("events")
                        .getList());
        refused(node.get("/v1/sessions/log/events?after=12"), 400, "position_ahead", "12");
        refused(node.get("/v1/sessions/log/events?after=-1"), 400, "bad_field", "after");

        JsonObject session = json(node.get("/v1/sessions/log"));
        assertEquals("awaiting_approval", session.getJsonObject("turn").getString("status"));
        assertEquals(
                1,
                session.getJsonArray("approvals")
                        .getJsonObject(0)
                        .getJsonObject("arguments")
                        .getInteger("sum"));
        JsonObject messages = json(node.get("/v1/sessions/log/messages"));
        assertEquals(
                "0 1 2 3 4 ", messages.getJsonArray("messages").getJsonObject(1).getString("text"));

        assertEquals(
                202,
                node.post("/v1/sessions/log/commands?user=ada", "{\"type\":\"approve\",\"callId\":\"k1\"}")
                        .statusCode());
        JsonObject second = refused(
                node.post("/v1/sessions/log/commands", "{\"type\":\"reject\",\"callId\":\"k1\"}"),
                409,
                "already_decided",
                "ada");
        assertEquals("ada", second.getString("decidedBy"));
        assertEquals("approved", second.getString("decision"));
    }

    @Test
    void what_is_not_there_is_said_as_json() throws Exception {
        refused(node.get("/v1/nothing"), 404, "unknown_type", "resource");
        refused(node.delete("/v1/sessions"), 405, "unknown_type", "method");
    }

    @Test
    void health_and_cluster_answer() throws Exception {
        assertEquals(200, node.get("/health/started").statusCode());
        assertEquals("up", json(node.get("/health/live")).getString("status"));
        node.ready.set(false);
        assertEquals(503, node.get("/health/ready").statusCode());
        node.ready.set(true);
        assertEquals(200, node.get("/health/ready").statusCode());
        assertEquals("n1", json(node.get("/v1/cluster")).getString("node"));
    }

    @Test
    void a_draining_node_takes_no_new_work_but_lets_go_on() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"drain\"}");
        node.post("/v1/sessions/drain/inputs", "{\"text\":\"hi\"}");
        node.draining.set(true);
        try {
            HttpResponse<String> refused = node.post("/v1/sessions/drain/inputs", "{\"text\":\"more\"}");
            refused(refused, 503, "draining", "");
            assertTrue(refused.headers().firstValue("Retry-After").isPresent());
            refused(node.post("/v1/sessions", "{}"), 503, "draining", "");
            assertEquals(
                    202,
                    node.post("/v1/sessions/drain/commands", "{\"type\":\"cancel\"}")
                            .statusCode());
        } finally {
            node.draining.set(false);
        }
    }

    private static Output text(String... pieces) {
        return new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of(pieces)));
    }

    private static List<String> ids(JsonObject page) {
        return page.getJsonArray("sessions").stream()
                .map(row -> ((JsonObject) row).getString("id"))
                .toList();
    }

    private static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private static JsonObject refused(HttpResponse<String> response, int status, String code, String why) {
        assertEquals(status, response.statusCode(), response.body());
        JsonObject error = json(response).getJsonObject("error");
        assertEquals(code, error.getString("code"));
        assertTrue(error.getString("message").contains(why), error.getString("message"));
        return error;
    }
}
