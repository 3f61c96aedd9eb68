package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Words;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The API's description against a server: each answer that it lists is provoked, and held against its schema. */
@Timeout(60)
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

    private static final List<String> READS = List.of(
            "/v1/sessions/{id}",
            "/v1/sessions/{id}/events",
            "/v1/sessions/{id}/messages",
            "/v1/sessions/{id}/audit",
            "/v1/sessions/{id}/presence");

    @TempDir
    Path dir;

    private static HttpNode node;
    private static JsonNode document;
    /** {@code GET /v1/sessions 200}, for every answer that was seen. */
    private final Set<String> seen = new TreeSet<>();

    @BeforeAll
    static void start() throws Exception {
        node = new HttpNode();
        document = Documents.json(node.get("/v1/openapi.json").body());
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @Test
    void the_file_in_the_repository_is_what_is_served() {
        assertEquals(
                Documents.yaml("verticles/src/main/resources/dev/sessionmesh/gateway/http/openapi.yaml"), document);
    }

    @Test
    void every_documented_answer_is_given_as_documented() throws Exception {
        String sessions = "/v1/sessions";
        post(sessions, "{\"id\":\"doc\",\"model\":\"scripted:a\"}", 201);
        post(sessions, "{\"id\":\"doc\"}", 200);
        post(sessions, "{\"id\":7}", 400);
        post(sessions, "{\"id\":\"doc\",\"model\":\"other\"}", 409);
        post(sessions, "{\"memory\":\"" + "x".repeat(20_000) + "\"}", 413);
        get(sessions, "?limit=1", 200);
        get(sessions, "?limit=-1", 400);

        String inputs = "/v1/sessions/{id}/inputs";
        post(inputs, "doc", "{\"id\":\"c1\",\"text\":\"pay\"}", 202);
        post(inputs, "doc", "{\"id\":\"c1\",\"text\":\"pay\"}", 202);
        post(inputs, "doc", "{\"text\":7}", 400);
        post(inputs, "nobody", "{\"text\":\"a\"}", 404);
        post(inputs, "doc", "{\"id\":\"c1\",\"text\":\"other\"}", 409);
        post(inputs, "doc", "{\"text\":\"" + "x".repeat(HttpNode.LIMITS.blobBytes() + 1) + "\"}", 413);
        String text = "x".repeat(40_000);
        String hash = Payload.Blob.of(text.getBytes(StandardCharsets.UTF_8)).hash();
        post(inputs, "doc", "{\"text\":\"" + text + "\"}", 202);
        node.run(
                "doc",
                "t1",
                new Output.Text(DeltaKind.REASONING, 0, TokenRun.of("Hm. ")),
                new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of("Paying ", "now."))),
                Words.call("locate", new Payload.Inline("{\"who\":\"ada\"}"), Executor.CLIENT, false),
                Words.call("pay", new Payload.Inline("{\"sum\":1}"), Executor.SERVER, true));

        String commands = "/v1/sessions/{id}/commands";
        post(commands, "doc", "{\"type\":\"tool_result\",\"callId\":\"k1\",\"result\":{\"at\":\"home\"}}", 202);
        get("/v1/sessions/{id}", "doc", "", 200);
        post(commands, "doc", "{\"type\":\"approve\",\"callId\":\"k2\"}", 202);
        post(commands, "doc", "{\"type\":\"approve\",\"callId\":\"k2\"}", 409);
        post(commands, "doc", "{\"type\":\"approve\",\"callId\":\"k7\"}", 404);
        post(commands, "doc", "{\"type\":\"approve\"}", 400);
        post(commands, "doc", "{\"type\":\"cancel\"}", 202);

        get("/v1/inbox", "", 200);
        for (String path : READS) {
            get(path, "doc", "", 200);
            get(path, "nobody", "", 404);
        }
        get("/v1/sessions/{id}/events", "doc", "?after=999999", 400);
        String blob = "/v1/sessions/{id}/blobs/{hash}";
        check("get", blob, node.get("/v1/sessions/doc/blobs/" + hash), 200);
        check("get", blob, node.get("/v1/sessions/doc/blobs/" + "0".repeat(64)), 404);
        get("/v1/usage", "", 200);
        get("/v1/cluster", "", 200);
        get("/v1/openapi.json", "", 200);
        for (String health : List.of("/health/started", "/health/live", "/health/ready")) {
            get(health, "", 200);
            node.ready.set(false);
            get(health, "", 503);
            node.ready.set(true);
        }

        custody();
        console();
        webhooks();
        access();
        delete("nobody", 404);
        delete("doc", 204);
        delete("doc", 410);
        check("get", blob, node.get("/v1/sessions/doc/blobs/" + hash), 410);
        for (String path : READS) {
            get(path, "doc", "", 410);
        }
        post(inputs, "doc", "{\"text\":\"a\"}", 410);
        post(commands, "doc", "{\"type\":\"cancel\"}", 410);

        assertEquals(documented(), seen);
    }

    private void custody() throws Exception {
        String erase = "/v1/sessions/{id}/erase";
        String export = "/v1/sessions/{id}/export";
        String bring = "/v1/sessions/import";
        get("/v1/sessions", "?order=recent", 200);
        String file = node.get("/v1/sessions/doc/export").body();
        get(export, "doc", "", 200);
        get(export, "nobody", "", 404);
        bring(bring, "?id=brought", file, 201);
        bring(bring, "?id=brought", file, 409);
        bring(bring, "?id=cut", file.substring(0, file.length() / 2), 400);
        node.permits = false;
        bring(bring, "?id=other", file, 403);
        node.permits = true;
        post(erase, "brought", "{}", 200);
        post(erase, "nobody", "{}", 404);
        get(export, "brought", "", 410);
        bring(bring, "?id=brought", file, 410);
    }

    private void bring(String path, String query, String file, int status) throws Exception {
        HttpRequest.Builder request = node.request(path + query)
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(file));
        check("post", path, node.send(request), status);
    }

    private void console() throws Exception {
        List<String> reads = List.of(
                "/admin/mesh",
                "/admin/timeline",
                "/admin/sessions",
                "/admin/delivery",
                "/admin/config",
                "/admin/drills");
        String drain = "/admin/nodes/{node}/drain";
        String drill = "/admin/drills/{report}";
        for (String path : reads) {
            get(path, "", 200);
        }
        get("/admin/sessions", "?state=resting", 400);
        for (String path : List.of(drill, drill + "/page")) {
            check("get", path, node.get(path.replace("{report}", "tour")), 200);
            check("get", path, node.get(path.replace("{report}", "none")), 404);
        }
        check("post", drain, node.post("/admin/nodes/n1/drain", "{}"), 202);
        check("post", drain, node.post("/admin/nodes/n1/drain", ""), 409);
        check("post", drain, node.post("/admin/nodes/n9/drain", ""), 404);
        check("delete", drain, node.delete("/admin/nodes/n1/drain"), 200);
        check("delete", drain, node.delete("/admin/nodes/n1/drain"), 409);
        check("delete", drain, node.delete("/admin/nodes/n9/drain"), 404);
        try (HttpNode locked = new HttpNode(Optional.of("open-sesame"))) {
            for (String path : reads) {
                check("get", path, locked.get(path), 403);
            }
            check("get", drill, locked.get("/admin/drills/tour"), 403);
            check("get", drill + "/page", locked.get("/admin/drills/tour/page"), 403);
            check("post", drain, locked.post("/admin/nodes/n1/drain", ""), 403);
            check("delete", drain, locked.delete("/admin/nodes/n1/drain"), 403);
        }
    }

    private void webhooks() throws Exception {
        String webhooks = "/v1/webhooks";
        String webhook = webhooks + "/{id}";
        String replay = webhook + "/replay";
        String wanted = "{\"id\":\"w\",\"url\":\"https://a.example/hook\",\"events\":[\"approval*\"]}";
        post(webhooks, wanted, 201);
        post(webhooks, wanted, 200);
        post(webhooks, wanted.replace("a.example", "b.example"), 409);
        post(webhooks, wanted.replace("https", "http"), 400);
        get(webhooks, "", 200);
        get(webhook, "w", "", 200);
        get(webhook, "none", "", 404);
        put(webhook, "w", wanted.replace("a.example", "b.example"), 200);
        put(webhook, "w", "{\"url\":7}", 400);
        put(webhook, "none", "{\"url\":\"https://a.example/hook\"}", 404);
        for (String verb : List.of("/pause", "/resume")) {
            post(webhook + verb, "w", "{}", 200);
            post(webhook + verb, "none", "{}", 404);
        }
        String gone = "{\"id\":\"gone\"}";
        node.post("/v1/sessions", gone);
        node.delete("/v1/sessions/gone");
        post(replay, "w", "{\"session\":\"doc\",\"after\":1}", 202);
        post(replay, "w", "{\"session\":\"doc\",\"after\":-2}", 400);
        post(replay, "w", "{\"session\":\"nobody\",\"after\":0}", 404);
        post(replay, "w", "{\"session\":\"gone\",\"after\":0}", 410);
        node.permits = false;
        post(webhooks, wanted, 403);
        get(webhooks, "", 403);
        get(webhook, "w", "", 403);
        put(webhook, "w", wanted, 403);
        post(webhook + "/pause", "w", "{}", 403);
        post(webhook + "/resume", "w", "{}", 403);
        post(replay, "w", "{\"session\":\"doc\",\"after\":1}", 403);
        check("delete", webhook, node.delete("/v1/webhooks/w"), 403);
        node.permits = true;
        check("delete", webhook, node.delete("/v1/webhooks/w"), 204);
        check("delete", webhook, node.delete("/v1/webhooks/w"), 404);
        get("/.well-known/jwks.json", "", 200);
    }

    private void put(String path, String id, String body, int status) throws Exception {
        HttpRequest.Builder request = node.request(path.replace("{id}", id))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body));
        check("put", path, node.send(request), status);
    }

    private void access() throws Exception {
        Path file = BackEnds.file(dir);
        try (HttpNode locked = new HttpNode(Optional.empty(), vertx -> Optional.of(BackEnds.admission(vertx, file)))) {
            String tickets = "/v1/tickets";
            String revocations = "/v1/revocations";
            check("post", tickets, locked.post(tickets, ""), 401);
            check("post", tickets, BackEnds.post(locked, BackEnds.ALL, tickets, ""), 201);
            check("post", revocations, locked.post(revocations, "{\"user\":\"ada\"}"), 401);
            check("post", revocations, BackEnds.post(locked, BackEnds.READS, revocations, "{\"user\":\"ada\"}"), 403);
            check("post", revocations, BackEnds.post(locked, BackEnds.ALL, revocations, "{}"), 400);
            check("post", revocations, BackEnds.post(locked, BackEnds.ALL, revocations, "{\"user\":\"ada\"}"), 204);
        }
    }

    @Test
    void the_log_is_also_a_stream() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"stream\"}");
        HttpRequest request = node.request("/v1/sessions/stream/events")
                .header("Accept", "text/event-stream")
                .build();
        var response = node.client().send(request, BodyHandlers.ofInputStream());
        response.body().close();
        assertEquals(200, response.statusCode());
        JsonNode documented = document.at("/paths/~1v1~1sessions~1{id}~1events/get/responses/200/content");
        assertTrue(documented.has(response.headers().firstValue("Content-Type").orElse("none")));
    }

    private void post(String path, String body, int status) throws Exception {
        post(path, "", body, status);
    }

    private void post(String path, String id, String body, int status) throws Exception {
        HttpRequest.Builder request = node.request(path.replace("{id}", id))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        check("post", path, node.send(request), status);
    }

    private void get(String path, String query, int status) throws Exception {
        get(path, "", query, status);
    }

    private void get(String path, String id, String query, int status) throws Exception {
        check("get", path, node.get(path.replace("{id}", id) + query), status);
    }

    private void delete(String id, int status) throws Exception {
        check("delete", "/v1/sessions/{id}", node.delete("/v1/sessions/" + id), status);
    }

    private void check(String method, String path, HttpResponse<String> response, int status) {
        String call = method + " " + path + " " + status;
        assertEquals(status, response.statusCode(), call + " " + response.body());
        JsonNode answer =
                document.get("paths").path(path).path(method).path("responses").path(Integer.toString(status));
        assertFalse(answer.isMissingNode(), call + " is not documented");
        if (answer.has("$ref")) {
            answer = document.at(answer.get("$ref").asText().substring(1));
        }
        JsonNode content = answer.path("content").path("application/json");
        if (answer.path("content").has("application/x-ndjson")) {
            assertEquals(
                    "application/x-ndjson",
                    response.headers().firstValue("Content-Type").orElse(""),
                    call);
        } else if (answer.path("content").has("text/plain")) {
            assertEquals(
                    "text/plain; charset=utf-8",
                    response.headers().firstValue("Content-Type").orElse(""),
                    call);
        } else if (content.isMissingNode()) {
            assertEquals("", response.body(), call);
        } else {
            assertEquals(
                    "application/json",
                    response.headers().firstValue("Content-Type").orElse(""),
                    call);
            assertEquals(
                    List.of(),
                    Documents.problems(document, content.get("schema"), Documents.json(response.body())),
                    call + " " + response.body());
        }
        seen.add(call);
    }

    private static Set<String> documented() {
        Set<String> answers = new TreeSet<>();
        JsonNode paths = document.get("paths");
        for (String path : names(paths)) {
            for (String method : names(paths.get(path))) {
                if (METHODS.contains(method)) {
                    names(paths.get(path).get(method).get("responses")).stream()
                            .filter(status -> !status.equals("default"))
                            .forEach(status -> answers.add(method + " " + path + " " + status));
                }
            }
        }
        return answers;
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        for (Iterator<String> fields = object.fieldNames(); fields.hasNext(); ) {
            names.add(fields.next());
        }
        return names;
    }
}
