package dev.sessionmesh.chaos.wire;

import static dev.sessionmesh.chaos.wire.OneNode.frame;
import static dev.sessionmesh.chaos.wire.OneNode.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Payloads that are too long for the log, between three real nodes. */
@Timeout(180)
final class WireBlobsIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration RESTART = Duration.ofSeconds(90);
    private static int sessions;
    private static Lab lab;

    @BeforeAll
    static void start() {
        lab = Lab.start(LabPlan.of(3, 2, Path.of("target", "wire-blobs")));
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void a_long_input_is_sent_to_one_node_and_read_from_any() throws Exception {
        String session = session();
        String text = "a \"long\" text,\nwith \u00fc and \ud83d\ude80; ".repeat(25_000);
        JsonObject blob;
        try (RawSocket socket = attached("n1", session)) {
            assertFalse(socket.send(input("c1", text)).await("ack").containsKey("duplicate"));
            JsonObject said = socket.await("input");
            assertEquals("", said.getString("text"));
            blob = said.getJsonObject("blob");
            assertEquals(text.getBytes(StandardCharsets.UTF_8).length, blob.getInteger("bytes"));
            socket.collectStatus("completed");
        }
        for (Node node : lab.nodes()) {
            HttpResponse<String> whole = get(node.name(), session, "/blobs/" + blob.getString("hash"));
            assertEquals(200, whole.statusCode());
            assertEquals(text, whole.body());
            assertEquals(
                    "nosniff",
                    whole.headers().firstValue("X-Content-Type-Options").orElse(""));
            assertTrue(
                    whole.headers().firstValue("Content-Disposition").orElse("").startsWith("attachment"));
        }
        try (RawSocket socket = attached("n2", session)) {
            assertTrue(socket.send(input("c1", text)).await("ack").getBoolean("duplicate"));
            assertEquals(
                    "id_conflict",
                    socket.send(input("c1", text + "!")).await("error").getString("code"));
        }
        JsonArray messages = new JsonObject(get("n3", session, "/messages").body()).getJsonArray("messages");
        assertEquals(blob, messages.getJsonObject(0).getJsonObject("blob"));
        try (RawSocket socket = new RawSocket(lab.node("n3").url(), "/v1/sessions/" + session + "/ws")) {
            assertEquals(blob, socket.await("message").getJsonObject("blob"));
        }
    }

    @Test
    void a_long_result_of_a_tool_reaches_the_tabs_and_the_model() throws Exception {
        String session = session();
        JsonArray places = new JsonArray(java.util.Collections.nCopies(4_000, "somewhere"));
        try (RawSocket socket = attached("n1", session)) {
            String call = socket.send(input("c1", "tool locate {\"who\":\"ada\"}"))
                    .await("tool_call")
                    .getString("callId");
            JsonObject result =
                    frame("tool_result").put("id", "c2").put("callId", call).put("result", places);
            assertEquals(202, post("n2", session, "/commands", result).statusCode());
            JsonObject blob =
                    socket.await("tool_result").getJsonObject("result").getJsonObject("blob");
            assertEquals(places.encode().length(), blob.getInteger("bytes"));
            String answer = socket.collectStatus("completed").stream()
                    .filter(f -> f.getString("type").equals("token"))
                    .map(f -> f.getString("text"))
                    .collect(Collectors.joining());
            assertEquals("(a result of " + blob.getInteger("bytes") + " bytes)", answer);
            assertEquals(
                    places,
                    new JsonArray(get("n3", session, "/blobs/" + blob.getString("hash"))
                            .body()));
        }
    }

    @Test
    void what_is_too_large_unknown_or_deleted_is_said_so() throws Exception {
        String session = session();
        String hash;
        try (RawSocket socket = new RawSocket(lab.node("n2").url(), "/v1/ws")) {
            int most = socket.await("welcome").getJsonObject("limits").getInteger("blobBytes");
            socket.send(frame("attach").put("session", session).put("after", 0)).await("attached");
            assertEquals(
                    "too_large",
                    socket.send(input("c1", "x".repeat(most + 1)))
                            .await("error")
                            .getString("code"));
            hash = socket.send(input("c2", "x".repeat(most)))
                    .await("input")
                    .getJsonObject("blob")
                    .getString("hash");
        }
        refused(404, "blob_not_found", get("n1", session, "/blobs/" + "0".repeat(64)));
        refused(404, "blob_not_found", get("n1", session, "/blobs/..%2f" + hash));
        refused(404, "blob_not_found", get("n1", session(), "/blobs/" + hash));
        refused(404, "session_not_found", get("n1", "nowhere", "/blobs/" + hash));
        assertEquals(204, send(request("n3", session, "").DELETE()).statusCode());
        refused(410, "session_deleted", get("n1", session, "/blobs/" + hash));
    }

    @Test
    void an_acknowledged_blob_outlives_any_two_nodes_and_without_a_majority_none_is_taken() throws Exception {
        String session = session();
        String text = "important ".repeat(20_000);
        String hash;
        try (RawSocket socket = attached("n2", session)) {
            hash = socket.send(input("c1", text))
                    .await("input")
                    .getJsonObject("blob")
                    .getString("hash");
        }
        List<Node> victims = List.of(lab.node("n2"), lab.node("n3"));
        victims.forEach(Node::kill);
        victims.forEach(Node::awaitGone);
        HttpResponse<String> read = get("n1", session, "/blobs/" + hash);
        for (int i = 0; read.statusCode() != 200 && i < 100; i++) {
            Thread.sleep(100);
            read = get("n1", session, "/blobs/" + hash);
        }
        assertEquals(text, read.body());
        HttpResponse<String> refused =
                post("n1", session, "/inputs", new JsonObject().put("text", "more ".repeat(20_000)));
        refused(503, "no_quorum", refused);
        victims.forEach(Node::start);
        lab.awaitAllReady(RESTART);
        assertEquals(text, get("n3", session, "/blobs/" + hash).body());
    }

    private static String session() throws Exception {
        String id = "blobs-" + ++sessions;
        JsonObject profile = new JsonObject().put("id", id).put("model", "scripted:test");
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        lab.node("n1").url().resolve("/v1/sessions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(profile.encode()));
        assertEquals(201, send(request).statusCode());
        return id;
    }

    private static RawSocket attached(String node, String session) throws IOException {
        RawSocket socket = new RawSocket(lab.node(node).url(), "/v1/sessions/" + session + "/ws?after=0");
        socket.await("attached");
        return socket;
    }

    private static HttpResponse<String> get(String node, String session, String path) throws Exception {
        return send(request(node, session, path));
    }

    private static HttpResponse<String> post(String node, String session, String path, JsonObject body)
            throws Exception {
        return send(request(node, session, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    private static HttpRequest.Builder request(String node, String session, String path) {
        return HttpRequest.newBuilder(URI.create(lab.node(node).url() + "/v1/sessions/" + session + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void refused(int status, String code, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response::body);
        assertEquals(
                code, new JsonObject(response.body()).getJsonObject("error").getString("code"));
    }
}
