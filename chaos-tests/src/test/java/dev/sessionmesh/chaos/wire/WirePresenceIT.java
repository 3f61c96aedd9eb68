package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.presence.PresenceLimits;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is here, across three real nodes, of which one is killed. */
@Timeout(120)
final class WirePresenceIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final PresenceLimits LIMITS = Limits.DEFAULT.presence();
    private static final int TABS = 20;
    /** What is promised, and as much again because a busy machine is no fault of it. */
    private static final long DETECTION_MILLIS = 2 * (LIMITS.silence().toMillis() + 1_000);

    private static Lab lab;

    @BeforeAll
    static void start() {
        lab = Lab.start(LabPlan.of(3, 2, Path.of("target", "wire-presence")));
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void tabs_come_and_go_in_few_frames_on_every_node_and_those_of_a_killed_node_vanish() throws Exception {
        post("n1", "/v1/sessions", new JsonObject().put("id", "p1").put("model", "scripted:test"));
        List<RawSocket> crowd = new ArrayList<>();
        try (Watcher first = new Watcher("n1", "ada");
                Watcher second = new Watcher("n2", "bob");
                RawSocket silent = new RawSocket(url("n1"), "/v1/sessions/p1/ws?after=0&user=n1-eve")) {
            first.until(() -> first.tabs("n1", "n2") == 3);
            second.until(() -> second.tabs("n1", "n2") == 3);
            long from = System.nanoTime();
            first.frames = 0;
            for (int i = 0; i < TABS; i++) {
                crowd.add(new RawSocket(url("n3"), "/v1/sessions/p1/ws?after=0&device=phone&user=n3-" + i));
            }
            first.until(() -> first.tabs("n3") == TABS);
            second.until(() -> second.tabs("n3") == TABS);
            batched(first, from);

            crowd.getFirst()
                    .send(new JsonObject()
                            .put("type", "presence")
                            .put("typing", true)
                            .put("focus", "the plan"));
            second.until(() -> second.here.values().stream().anyMatch(one -> one.getBoolean("typing", false)));
            JsonArray listed =
                    new JsonObject(get("n2", "/v1/sessions/p1/presence").body()).getJsonArray("here");
            assertEquals(TABS + 3, listed.size());

            from = System.nanoTime();
            first.frames = 0;
            for (int i = 0; i < TABS / 2; i++) {
                crowd.removeLast().close();
            }
            first.until(() -> first.tabs("n3") == TABS / 2);
            batched(first, from);

            from = System.nanoTime();
            first.lastLeft = 0;
            lab.node("n3").kill();
            first.until(() -> first.tabs("n3") == 0);
            second.until(() -> second.tabs("n3") == 0);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
            System.out.println("presence of a killed node: gone after " + took + " ms");
            assertTrue(took <= DETECTION_MILLIS, "it took " + took + " ms");
            assertEquals(TABS / 2, first.lastLeft, "all of them in one frame");
            JsonObject after =
                    new JsonObject(get("n2", "/v1/sessions/p1/presence").body());
            assertEquals(3, after.getJsonArray("here").size(), after::encode);
            assertEquals(TABS, after.getJsonArray("left").size(), after::encode);

            silent.send(new JsonObject().put("type", "ping"));
            assertTrue(
                    silent.collect("pong").stream()
                            .noneMatch(frame -> frame.getString("type").equals("presence")),
                    "who did not ask was told");
        } finally {
            for (RawSocket one : crowd) {
                one.close();
            }
        }
    }

    /** A frame an interval, however many came or went. */
    private static void batched(Watcher watcher, long fromNanos) {
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - fromNanos);
        long most = took / LIMITS.interval().toMillis() + 2;
        assertTrue(watcher.frames <= most, watcher.frames + " frames in " + took + " ms");
    }

    private static URI url(String node) {
        return lab.node(node).url();
    }

    private static HttpResponse<String> get(String node, String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(url(node).resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void post(String node, String path, JsonObject body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url(node).resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
                .build();
        assertEquals(
                201, HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    /** A tab that asked to be told who is here. Users are named after the node that they are at. */
    private static final class Watcher implements AutoCloseable {
        private final RawSocket socket;
        private final Map<String, JsonObject> here = new HashMap<>();
        private int frames;
        private int lastLeft;

        Watcher(String node, String name) throws Exception {
            socket = new RawSocket(url(node), "/v1/sessions/p1/ws?after=0&presence=true&user=" + node + "-" + name);
        }

        int tabs(String... nodes) {
            return (int) here.values().stream()
                    .filter(one -> List.of(nodes).contains(one.getString("user").split("-")[0]))
                    .count();
        }

        void until(BooleanSupplier enough) throws Exception {
            while (!enough.getAsBoolean()) {
                JsonObject frame = socket.await("presence");
                frames++;
                if (frame.getBoolean("full", false)) {
                    here.clear();
                }
                lastLeft = frame.getJsonArray("left").size();
                frame.getJsonArray("left").forEach(one -> here.remove(((JsonObject) one).getString("tab")));
                frame.getJsonArray("here")
                        .forEach(one -> here.put(((JsonObject) one).getString("tab"), (JsonObject) one));
            }
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }
}
