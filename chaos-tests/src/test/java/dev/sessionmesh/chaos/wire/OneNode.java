package dev.sessionmesh.chaos.wire;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One real node for all wire tests of this JVM, ended with the test run. */
final class OneNode implements BeforeAllCallback {

    private static final AtomicInteger SESSIONS = new AtomicInteger();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final CompletableFuture<RawSocket.Got.Closed> HALF_OPEN = new CompletableFuture<>();
    private static final CompletableFuture<RawSocket.Got.Closed> ENDLESS_FRAME = new CompletableFuture<>();
    private static volatile Lab lab;

    @Override
    public void beforeAll(ExtensionContext context) {
        lab = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .getOrComputeIfAbsent("one-node", key -> start(), Lab.class);
    }

    private static Lab start() {
        Lab started = Lab.start(LabPlan.of(1, 0, Path.of("target", "wire")));
        URI node = started.nodes().getFirst().url();
        Thread.ofVirtual().name("half-open").start(() -> beSilent(node));
        Thread.ofVirtual().name("endless-frame").start(() -> neverEnd(node));
        return started;
    }

    /** A peer that is there and answers nothing; it takes 2.5 heartbeats to notice, so the wait runs beside the other tests. */
    private static void beSilent(URI node) {
        try (RawSocket socket = new RawSocket(node, "/v1/ws")) {
            long heartbeatMs = socket.await("welcome").getLong("heartbeatMs");
            socket.stopAnsweringPings();
            socket.timeout((int) (heartbeatMs * 4));
            HALF_OPEN.complete(socket.awaitClose());
        } catch (IOException e) {
            HALF_OPEN.completeExceptionally(e);
        }
    }

    /** A peer that is never silent, and in the middle of a frame for ever; that takes as long to notice. */
    private static void neverEnd(URI node) {
        try (RawSocket socket = new RawSocket(node, "/v1/ws")) {
            long heartbeatMs = socket.await("welcome").getLong("heartbeatMs");
            socket.stopAnsweringPings();
            socket.timeout((int) (heartbeatMs * 4));
            byte[] frame = RawSocket.encoded(0x80 | RawSocket.TEXT, new byte[60_000], true);
            Thread.ofVirtual().start(() -> {
                try {
                    for (byte each : frame) {
                        socket.raw(new byte[] {each});
                        Thread.sleep(500);
                    }
                } catch (IOException | InterruptedException ended) {
                    // as it should be
                }
            });
            ENDLESS_FRAME.complete(socket.awaitClose());
        } catch (IOException e) {
            ENDLESS_FRAME.completeExceptionally(e);
        }
    }

    /** How the server ended a connection that sends one frame since the node started. */
    static RawSocket.Got.Closed endlessFrame() {
        return ENDLESS_FRAME.join();
    }

    /** How the server ended a connection that was half open since the node started. */
    static RawSocket.Got.Closed halfOpen() {
        return HALF_OPEN.join();
    }

    static URI url() {
        return lab.nodes().getFirst().url();
    }

    static RawSocket connect() throws IOException {
        return new RawSocket(url(), "/v1/ws");
    }

    /** A connection behind its welcome. */
    static RawSocket welcomed() throws IOException {
        RawSocket socket = connect();
        socket.await("welcome");
        return socket;
    }

    /** A new session. */
    static String session() throws IOException {
        String id = "wire-" + SESSIONS.incrementAndGet();
        HttpResponse<String> created = request(
                "POST",
                "/v1/sessions",
                new JsonObject().put("id", id).put("model", "scripted:test").encode());
        if (created.statusCode() != 201) {
            throw new IOException("no session: " + created.statusCode() + " " + created.body());
        }
        return id;
    }

    /** A connection attached to the start of a session. */
    static RawSocket attached(String session) throws IOException {
        RawSocket socket = welcomed();
        socket.send(frame("attach").put("session", session).put("after", 0)).await("attached");
        return socket;
    }

    static JsonObject frame(String type) {
        return new JsonObject().put("type", type);
    }

    static JsonObject input(String id, String text) {
        return frame("input").put("id", id).put("text", text);
    }

    static HttpResponse<String> request(String method, String path, String body, String... headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    static HttpResponse<String> get(String path) throws IOException {
        return request("GET", path, "");
    }

    static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }
}
