package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks a node over HTTP as an application's server does.
 *
 * @param url of the node, looked up for each request
 */
record NodeHttp(Supplier<URI> url) {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    static NodeHttp of(Node node) {
        return new NodeHttp(node::url);
    }

    /**
     * @param key empty: without any
     * @param body empty: none
     */
    HttpResponse<String> send(String method, String path, String key, String body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.get() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    JsonObject get(String path, String key) throws IOException {
        return new JsonObject(send("GET", path, key, "").body());
    }

    /** A public key of the mesh, which any node tells to anybody: the first one that is up. */
    static JsonObject published(List<Node> nodes, String kid) {
        IllegalStateException nobody = new IllegalStateException("no node is up");
        for (Node node : nodes) {
            try {
                return of(node).get("/.well-known/jwks.json", "").getJsonArray("keys").stream()
                        .map(JsonObject.class::cast)
                        .filter(each -> each.getString("kid").equals(kid))
                        .findFirst()
                        .orElseThrow();
            } catch (IOException down) {
                nobody.addSuppressed(down);
            }
        }
        throw nobody;
    }

    /** A session's log without its tokens, which is what a webhook's receiver is to be told. */
    List<JsonObject> log(String session, String key) throws IOException {
        List<JsonObject> events = new ArrayList<>();
        for (long after = 0, head = 1; after < head; ) {
            JsonObject page = get("/v1/sessions/" + session + "/events?after=" + after, key);
            head = page.getLong("head");
            JsonArray more = page.getJsonArray("events");
            for (int i = 0; i < more.size(); i++) {
                JsonObject event = more.getJsonObject(i);
                after = event.getLong("seq");
                if (!event.getString("type").equals("token")) {
                    events.add(event);
                }
            }
        }
        return events;
    }

    /** Whether so many turns of it are complete. */
    boolean ended(String session, String key, int turns) throws IOException {
        return log(session, key).stream()
                        .filter(event -> "completed".equals(event.getString("status")))
                        .count()
                >= turns;
    }

    static void awaitTrue(String otherwise, Callable<Boolean> condition) throws Exception {
        awaitTrue(() -> otherwise, condition);
    }

    static void awaitTrue(Supplier<String> otherwise, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            assertTrue(System.nanoTime() < until, otherwise);
            Thread.sleep(50);
        }
    }
}
