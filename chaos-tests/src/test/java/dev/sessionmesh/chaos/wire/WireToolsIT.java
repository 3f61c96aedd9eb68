package dev.sessionmesh.chaos.wire;

import static dev.sessionmesh.chaos.wire.OneNode.frame;
import static dev.sessionmesh.chaos.wire.OneNode.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server-side tools of three real nodes: a model calls them, they are called, and the node that did so may die meanwhile. */
@Timeout(180)
final class WireToolsIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration RESTART = Duration.ofSeconds(90);
    private static final Vertx VERTX = Vertx.vertx();
    /** The keys of the calls that reached a tool's server. */
    private static final Queue<String> CALLS = new ConcurrentLinkedQueue<>();

    /** Whether tools answer. */
    private static final AtomicBoolean ANSWERING = new AtomicBoolean(true);

    private static int sessions;
    private static Lab lab;

    @BeforeAll
    static void start() throws Exception {
        HttpServer server = VERTX.createHttpServer().requestHandler(WireToolsIT::serve);
        int port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .actualPort();
        Path dir = Path.of("target", "wire-tools").toAbsolutePath();
        Files.createDirectories(dir);
        Files.writeString(dir.resolve("key"), "whsec_" + "A".repeat(44));
        JsonObject tool = new JsonObject()
                .put("url", "http://127.0.0.1:" + port + "/tool")
                .put("parameters", new JsonObject("{\"type\":\"object\",\"required\":[\"n\"]}"))
                .put("secretFile", "key");
        JsonObject approved =
                tool.copy().put("approval", new JsonObject("{\"when\":{\">\":[{\"var\":\"arguments.n\"},9]}}"));
        Path tools = Files.writeString(
                dir.resolve("tools.json"),
                new JsonObject()
                        .put(
                                "http",
                                new JsonObject()
                                        .put("once", approved)
                                        .put("again", tool.copy().put("idempotent", true)))
                        .encode());
        lab = Lab.start(LabPlan.of(3, 2, dir)
                .withArguments(List.of("--tools=" + tools, "--openai-url=http://127.0.0.1:" + port + "/v1")));
    }

    @AfterAll
    static void stop() throws Exception {
        lab.close();
        VERTX.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void a_call_is_checked_approved_where_the_operator_says_so_and_its_result_is_in_the_log() throws Exception {
        String session = session();
        try (RawSocket socket = attached("n1", session)) {
            socket.send(input("c1", "once {}"));
            JsonObject refused = socket.await("tool_result");
            assertEquals("error", refused.getString("status"));
            assertTrue(refused.getString("error").contains("required"), refused.encode());
            socket.collectStatus("completed");
            socket.send(input("c2", "once {\"n\":10}"));
            String call = socket.await("approval").getString("callId");
            socket.send(frame("approve").put("id", "a1").put("callId", call));
            JsonObject result = socket.await("tool_result");
            assertEquals("ok", result.getString("status"), result.encode());
            assertEquals(
                    new JsonObject("{\"ran\":\"default/" + session + "/" + call + "\"}"),
                    result.getJsonObject("result"));
            socket.collectStatus("completed");
        }
    }

    @Test
    void a_scope_that_no_node_can_serve_is_refused() throws Exception {
        HttpResponse<String> refused = post("n1", "/v1/sessions", profile("s-refused", "gone"));
        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("tools[0].source"), refused.body());
    }

    @Test
    void a_call_whose_node_dies_is_run_again_under_its_key_if_the_operator_says_that_it_may_be() throws Exception {
        String session = session();
        String key = "default/" + session + "/k1";
        ANSWERING.set(false);
        Node lost = begin(session, "again {\"n\":1}", key);
        try (RawSocket socket = attached(other(lost), session)) {
            ANSWERING.set(true);
            lost.kill();
            JsonObject result = socket.await("tool_result");
            assertEquals("ok", result.getString("status"), result.encode());
            socket.collectStatus("completed");
        }
        assertEquals(2, CALLS.stream().filter(key::equals).count());
        startAgain(lost);
    }

    @Test
    void a_call_whose_node_dies_is_not_run_again_otherwise() throws Exception {
        String session = session();
        String key = "default/" + session + "/k1";
        ANSWERING.set(false);
        Node lost = begin(session, "once {\"n\":1}", key);
        try (RawSocket socket = attached(other(lost), session)) {
            ANSWERING.set(true);
            lost.kill();
            assertEquals("k1", socket.await("tool_doubted").getString("callId"));
        }
        assertEquals(1, CALLS.stream().filter(key::equals).count());
        startAgain(lost);
    }

    /** Has a call begin, and answers with the node that runs it. */
    private static Node begin(String session, String text, String key) throws Exception {
        try (RawSocket socket = attached("n1", session)) {
            socket.send(input("c1", text));
            String runner = socket.collectStatus("in_progress").getLast().getString("runner");
            socket.await("tool_started");
            while (!CALLS.contains(key)) {
                Thread.sleep(10);
            }
            return lab.node(runner);
        }
    }

    private static void startAgain(Node lost) {
        lost.awaitGone();
        lost.start();
        lab.awaitAllReady(RESTART);
    }

    private static String other(Node lost) {
        return lab.nodes().stream()
                .map(Node::name)
                .filter(name -> !name.equals(lost.name()))
                .findFirst()
                .orElseThrow();
    }

    /** The tools, and the model that calls the one it is told to, and then is done. */
    private static void serve(HttpServerRequest request) {
        request.bodyHandler(body -> {
            if (request.path().equals("/tool")) {
                String key = request.getHeader("Idempotency-Key");
                CALLS.add(key);
                if (ANSWERING.get()) {
                    request.response().end(new JsonObject().put("ran", key).encode());
                }
                return;
            }
            JsonObject last = last(body.toJsonObject().getJsonArray("messages"));
            request.response().putHeader("Content-Type", "text/event-stream");
            request.response().end(last.getString("role").equals("user") ? call(last.getString("content")) : done());
        });
    }

    private static JsonObject last(JsonArray messages) {
        return messages.getJsonObject(messages.size() - 1);
    }

    /** @param text a tool's name, and its arguments */
    private static String call(String text) {
        JsonObject function = new JsonObject()
                .put("name", text.substring(0, text.indexOf(' ')))
                .put("arguments", text.substring(text.indexOf(' ') + 1));
        JsonObject call = new JsonObject()
                .put("index", 0)
                .put("id", "x1")
                .put("type", "function")
                .put("function", function);
        return event(new JsonObject().put("tool_calls", new JsonArray().add(call)), null)
                + event(new JsonObject(), "tool_calls");
    }

    private static String done() {
        return event(new JsonObject().put("content", "done"), null) + event(new JsonObject(), "stop");
    }

    private static String event(JsonObject delta, String finish) {
        JsonObject choice = new JsonObject().put("index", 0).put("delta", delta).put("finish_reason", finish);
        String data =
                new JsonObject().put("choices", new JsonArray().add(choice)).encode();
        return "data: " + data + "\n\n" + (finish == null ? "" : "data: [DONE]\n\n");
    }

    private static String session() throws Exception {
        String id = "tools-" + ++sessions;
        HttpResponse<String> created = post("n1", "/v1/sessions", profile(id, "once", "again"));
        assertEquals(201, created.statusCode(), created.body());
        return id;
    }

    private static String profile(String id, String... names) {
        JsonArray tools = new JsonArray();
        for (String name : names) {
            tools.add(new JsonObject().put("name", name).put("source", "http:" + name));
        }
        return new JsonObject()
                .put("id", id)
                .put("model", "openai:tiny")
                .put("tools", tools)
                .encode();
    }

    private static RawSocket attached(String node, String session) throws IOException {
        RawSocket socket = new RawSocket(lab.node(node).url(), "/v1/ws");
        socket.await("welcome");
        socket.send(frame("attach").put("session", session).put("after", 0)).await("attached");
        return socket;
    }

    private static HttpResponse<String> post(String node, String path, String body) throws Exception {
        URI url = URI.create(lab.node(node).url() + path);
        return HTTP.send(
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
