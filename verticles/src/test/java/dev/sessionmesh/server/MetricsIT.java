package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.server.cli.MeshCli;
import dev.sessionmesh.server.cli.ServeOptions;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.Entry;
import dev.sessionmesh.telemetry.metrics.ScrapedPage;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole node, read like Prometheus does, against the catalogue. */
@Timeout(60)
final class MetricsIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final List<Entry> CATALOGUE = Catalogue.load().entries().stream()
            .filter(entry -> !entry.when().equals("there is an archive"))
            .toList();
    private static Node node;
    private static int port;

    @BeforeAll
    static void a_node_serves_and_ran_a_turn() throws Exception {
        AtomicReference<ServeOptions> options = new AtomicReference<>();
        port = freePort();
        new MeshCli(options::set)
                .run(
                        "serve",
                        "--http-port=" + port,
                        "--cluster-port=" + freePort(),
                        "--bus-port=" + freePort(),
                        "--cluster-name=metrics-it",
                        "--metrics-tenants=2");
        node = Node.start(options.get());
        post("/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}");
        sayAndFollow("hello");
        assertEquals(404, get("/v1/sessions/nobody", "").statusCode());
        System.gc();
    }

    @AfterAll
    static void it_stops() {
        node.close();
    }

    @Test
    void it_shows_every_metric_of_the_catalogue_and_no_other() throws Exception {
        Map<String, Entry> known = CATALOGUE.stream().collect(Collectors.toMap(Entry::name, entry -> entry));
        ScrapedPage page = settled();
        assertEquals(new TreeSet<>(known.keySet()), new TreeSet<>(page.types().keySet()));
        page.types()
                .forEach((name, type) ->
                        assertEquals(known.get(name).type().name().toLowerCase(java.util.Locale.ROOT), type, name));
    }

    @Test
    void its_labels_are_those_of_the_catalogue_with_every_value_that_is_named() throws Exception {
        ScrapedPage page = settled();
        for (Entry entry : CATALOGUE) {
            List<ScrapedPage.Sample> samples = page.family(entry.name());
            assertTrue(!samples.isEmpty(), entry.name());
            for (ScrapedPage.Sample sample : samples) {
                assertEquals(entry.labels().keySet(), sample.labels().keySet(), entry.name());
            }
            entry.labels().forEach((label, allowed) -> {
                Set<String> shown = samples.stream()
                        .map(sample -> sample.labels().get(label))
                        .collect(Collectors.toCollection(TreeSet::new));
                if (allowed.values().isEmpty()) {
                    assertTrue(shown.size() <= allowed.atMost(), entry.name() + " " + label + shown);
                } else {
                    assertEquals(new TreeSet<>(allowed.values()), shown, entry.name() + " " + label);
                }
            });
        }
    }

    @Test
    void a_turn_leaves_its_traces() throws Exception {
        ScrapedPage page = settled();
        assertEquals(1, page.value("sessionmesh_turns_begun_total"));
        assertEquals(1, page.value("sessionmesh_turns_ended_total", "status", "completed"));
        assertEquals(1, page.value("sessionmesh_append_seconds_count", "kind", "input", "outcome", "done"));
        assertTrue(page.value("sessionmesh_append_seconds_count", "kind", "produce", "outcome", "done") > 0);
        assertTrue(page.value("sessionmesh_events_appended_total") > 3);
        assertTrue(page.value("sessionmesh_events_sent_total") >= page.value("sessionmesh_frames_sent_total"));
        assertTrue(page.value("sessionmesh_frames_sent_total") > 3);
        assertTrue(page.value("sessionmesh_delivery_seconds_count") > 0);
        assertTrue(page.value("sessionmesh_event_age_seconds_count") > 0);
        assertEquals(1, page.value("sessionmesh_attaches_total", "wish", "begin", "result", "done"));
        assertEquals(1, page.value("sessionmesh_model_first_token_seconds_count", "provider", "scripted"));
        assertEquals(1, page.value("sessionmesh_model_step_seconds_count", "provider", "scripted", "outcome", "stop"));
        assertEquals(1, page.value("sessionmesh_errors_answered_total", "code", "session_not_found"));
        assertEquals(1, page.value("sessionmesh_sessions_owned", "state", "idle"));
        assertEquals(1, page.value("sessionmesh_quorum"));
        assertEquals(1, page.value("sessionmesh_members"));
        assertEquals(1, page.value("sessionmesh_node_phase", "phase", "serving"));
        assertEquals(0, page.value("sessionmesh_node_phase", "phase", "draining"));
        assertTrue(page.value("sessionmesh_event_loop_lag_seconds_count") > 0);
    }

    @Test
    void whoever_asks_for_open_metrics_gets_it() throws Exception {
        HttpResponse<String> answer = get("/metrics", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("application/openmetrics-text"));
        assertTrue(answer.body().endsWith("# EOF\n"));
        assertTrue(answer.body().contains("# UNIT sessionmesh_delivery_seconds seconds\n"));
        HttpResponse<String> plain = get("/metrics", "");
        assertTrue(plain.headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version=0.0.4"));
    }

    /** What is counted now and then was counted since the turn. */
    private static ScrapedPage settled() throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            ScrapedPage page = ScrapedPage.of(get("/metrics", "").body());
            boolean counted = page.value("sessionmesh_sessions_owned", "state", "idle") > 0
                    && !page.family("sessionmesh_tenant_sessions").isEmpty()
                    && !page.family("jvm_gc_pause_seconds").isEmpty();
            if (counted || System.nanoTime() > until) {
                return page;
            }
            Thread.sleep(100);
        }
    }

    private static void sayAndFollow(String text) throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        StringBuilder frame = new StringBuilder();
        WebSocket tab = CLIENT.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/sessions/s1/ws"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean last) {
                        frame.append(data);
                        if (last) {
                            if (frame.indexOf("\"type\":\"turn_ended\"") >= 0 || frame.indexOf("completed") >= 0) {
                                ended.complete(null);
                            }
                            frame.setLength(0);
                        }
                        ws.request(1);
                        return null;
                    }
                })
                .join();
        tab.sendText("{\"type\":\"input\",\"text\":\"" + text + "\"}", true).join();
        ended.get(30, TimeUnit.SECONDS);
        tab.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    private static HttpResponse<String> get(String path, String accept) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return CLIENT.send(
                accept.isEmpty()
                        ? request.build()
                        : request.header("Accept", accept).build(),
                BodyHandlers.ofString());
    }

    private static void post(String path, String body) throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertEquals(201, answer.statusCode(), answer.body());
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
