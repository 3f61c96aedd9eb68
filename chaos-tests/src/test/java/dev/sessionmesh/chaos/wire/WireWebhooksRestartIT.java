package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.RedisProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Webhooks of three real nodes that die all at once, with an archive. */
@Timeout(300)
final class WireWebhooksRestartIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static RedisProcess redis;
    private static Lab lab;
    private static WebhookReceiver receiver;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start(Path.of("target", "wire-webhooks-restart-redis"));
        lab = Lab.start(LabPlan.of(3, 2, Path.of("target", "wire-webhooks-restart"))
                .withArguments(List.of(
                        "--archive-redis=redis://127.0.0.1:" + redis.port(),
                        "--archive-mode=sync",
                        "--webhook-allow-private")));
        receiver = new WebhookReceiver(WireWebhooksRestartIT::published);
    }

    @AfterAll
    static void stop() throws Exception {
        if (receiver != null) {
            receiver.close();
        }
        if (lab != null) {
            lab.close();
        }
        redis.close();
    }

    private static JsonObject published(String kid) {
        try {
            return json(send("GET", "/.well-known/jwks.json", "")).getJsonArray("keys").stream()
                    .map(JsonObject.class::cast)
                    .filter(key -> key.getString("kid").equals(kid))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException unreachable) {
            throw new IllegalStateException(unreachable);
        }
    }

    @Test
    void all_nodes_die_and_what_was_not_delivered_is_delivered_in_order_and_once_by_id() throws Exception {
        made("/v1/webhooks", "{\"id\":\"all\",\"url\":\"" + receiver.url("/all") + "\",\"sessions\":[\"kept-*\"]}");
        made("/v1/sessions", "{\"id\":\"kept-1\",\"model\":\"scripted:test\"}");
        ask("i1");
        awaitTrue("the first turn ended", () -> ended(1) && told().size() > 3);
        receiver.answer("/all", 503);
        ask("i2");
        awaitTrue("the second turn ended", () -> ended(2));
        int asked = receiver.asked("/all");
        awaitTrue("it was tried", () -> receiver.asked("/all") > asked);
        List<Node> nodes = List.of(lab.node("n1"), lab.node("n2"), lab.node("n3"));
        nodes.forEach(Node::kill);
        for (Node node : nodes) {
            node.awaitGone();
        }
        receiver.answer("/all", 204);
        for (Node node : nodes) {
            node.start();
        }
        lab.awaitAllReady(Duration.ofMinutes(3));
        // Nobody asks for the session.
        awaitTrue(
                "it is told of the fork",
                () -> told().getLast().getString("type").equals("history"));
        List<Long> seqs = told().stream().map(event -> event.getLong("seq")).toList();
        assertEquals(log(), seqs);
        assertEquals(List.of(), receiver.problems());
        JsonArray webhooks = json(send("GET", "/v1/webhooks", "")).getJsonArray("webhooks");
        assertEquals(1, webhooks.size());
        assertEquals(receiver.url("/all"), webhooks.getJsonObject(0).getString("url"));
    }

    /** The seqs of what a receiver is to be told: that the session was created, and all but tokens. */
    private static List<Long> log() throws IOException {
        List<Long> seqs = new ArrayList<>(List.of(0L));
        for (long after = 0, head = 1; after < head; ) {
            JsonObject page = json(send("GET", "/v1/sessions/kept-1/events?after=" + after, ""));
            head = page.getLong("head");
            JsonArray more = page.getJsonArray("events");
            for (int i = 0; i < more.size(); i++) {
                after = more.getJsonObject(i).getLong("seq");
                if (!more.getJsonObject(i).getString("type").equals("token")) {
                    seqs.add(after);
                }
            }
        }
        return seqs;
    }

    private static List<JsonObject> told() {
        return receiver.events("/all", "kept-1");
    }

    private static void made(String path, String body) throws Exception {
        // The first nodes of a cluster look into the archive before they take any.
        awaitTrue("made", () -> send("POST", path, body).statusCode() == 201);
    }

    private static void ask(String id) throws Exception {
        awaitTrue(
                "taken",
                () -> send("POST", "/v1/sessions/kept-1/inputs", "{\"id\":\"" + id + "\",\"text\":\"slow 3\"}")
                                .statusCode()
                        == 202);
    }

    private static boolean ended(int turns) throws IOException {
        return json(send("GET", "/v1/sessions/kept-1/events", "")).getJsonArray("events").stream()
                        .map(JsonObject.class::cast)
                        .filter(event -> "completed".equals(event.getString("status")))
                        .count()
                >= turns;
    }

    private static HttpResponse<String> send(String method, String path, String body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(lab.node("n1").url() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private static void awaitTrue(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < until, () -> "it never happened: " + what);
            Thread.sleep(50);
        }
    }
}
