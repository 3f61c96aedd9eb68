package dev.sessionmesh.tool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.port.ToolExecutor.Execution;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import dev.sessionmesh.core.session.ToolCall.Outcome;
import dev.sessionmesh.tool.Calls;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Secret;
import dev.sessionmesh.tool.ToolLimits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of a tool behind a webhook that does everything wrong a server can. */
@Timeout(60)
final class HttpToolsTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
    private static final Instant NOW = Instant.ofEpochSecond(1_795_400_000);

    private record Seen(Map<String, String> headers, String body) {}

    private final Vertx vertx = Vertx.vertx();
    private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
    private int port;

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void a_call_is_posted_and_its_answer_is_the_result() throws Exception {
        serve((request, tries) -> request.response().end("{\"refunded\": 1.10}"));
        Result result = Calls.await(run(tool(0, false), "{\"amount\":1.10}"));
        assertEquals(Outcome.OK, result.outcome());
        assertEquals(new JsonObject("{\"refunded\":1.1}"), new JsonObject(Calls.text(result)));
        JsonObject body = new JsonObject(seen.getFirst().body());
        assertEquals("acme/s1/k1", body.getString("id"));
        assertEquals("refund", body.getString("tool"));
        assertEquals("acme", body.getString("tenant"));
        assertEquals("s1", body.getString("session"));
        assertEquals("k1", body.getString("call"));
        assertTrue(seen.getFirst().body().endsWith(",\"arguments\":{\"amount\":1.10}}"), "arguments go unchanged");
        assertEquals("acme/s1/k1", seen.getFirst().headers().get("idempotency-key"));
        assertEquals(Calls.TRACE, seen.getFirst().headers().get("traceparent"));
    }

    /** Written from the specification's text, beside the code that signs. */
    @Test
    void the_signature_is_over_id_time_and_body() throws Exception {
        serve((request, tries) -> request.response().end("1"));
        Calls.await(run(tool(0, false), "{}"));
        Map<String, String> headers = seen.getFirst().headers();
        assertEquals("acme/s1/k1", headers.get("webhook-id"));
        assertEquals(Long.toString(NOW.getEpochSecond()), headers.get("webhook-timestamp"));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        String signed = headers.get("webhook-id")
                + '.'
                + headers.get("webhook-timestamp")
                + '.'
                + seen.getFirst().body();
        String expected = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        assertEquals("v1," + expected, headers.get("webhook-signature"));
    }

    /** The example of the specification's own libraries. */
    @Test
    void the_signature_is_that_of_standard_webhooks() {
        assertEquals(
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                WebhookSignature.of(
                        new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1_614_265_330L,
                        "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void an_idempotent_call_is_tried_again_under_the_same_key_and_signed_anew() throws Exception {
        serve((request, tries) -> {
            if (tries < 3) {
                request.response().setStatusCode(503).end("later");
            } else {
                request.response().end("\"done\"");
            }
        });
        assertEquals(Outcome.OK, Calls.await(run(tool(3, true), "{}")).outcome());
        assertEquals(3, seen.size());
        assertEquals(
                1,
                seen.stream()
                        .map(one -> one.headers().get("webhook-id"))
                        .distinct()
                        .count());
    }

    @Test
    void a_call_that_may_have_had_an_effect_is_not_tried_again() throws Exception {
        serve((request, tries) -> request.response().setStatusCode(500).end("boom"));
        Result result = Calls.await(run(tool(3, false), "{}"));
        assertEquals(Outcome.ERROR, result.outcome());
        assertTrue(Calls.text(result).contains("boom"));
        assertEquals(1, seen.size());
    }

    @Test
    void a_server_that_is_busy_is_left_alone_for_as_long_as_it_asks() throws Exception {
        long[] times = new long[2];
        serve((request, tries) -> {
            times[tries - 1] = System.nanoTime();
            if (tries == 1) {
                request.response()
                        .setStatusCode(429)
                        .putHeader("Retry-After", "1")
                        .end();
            } else {
                request.response().end("1");
            }
        });
        assertEquals(Outcome.OK, Calls.await(run(tool(1, true), "{}")).outcome());
        assertTrue(times[1] - times[0] >= Duration.ofSeconds(1).toNanos());
    }

    @Test
    void a_server_that_asks_for_too_much_patience_is_given_up() throws Exception {
        serve((request, tries) -> request.response()
                .setStatusCode(429)
                .putHeader("Retry-After", "3600")
                .end("busy"));
        Result result = Calls.await(run(tool(3, true), "{}"));
        assertEquals(Outcome.ERROR, result.outcome());
        assertEquals(1, seen.size());
    }

    @Test
    void tries_end() throws Exception {
        serve((request, tries) -> request.response().setStatusCode(502).end());
        Result result = Calls.await(run(tool(2, true), "{}"));
        assertEquals(Outcome.ERROR, result.outcome());
        assertTrue(Calls.text(result).contains("502"), Calls.text(result));
        assertEquals(3, seen.size());
    }

    @Test
    void what_a_server_refuses_is_an_error_with_its_words() throws Exception {
        serve((request, tries) -> request.response().setStatusCode(422).end("no such order"));
        Result result = Calls.await(run(tool(3, true), "{}"));
        assertEquals(Outcome.ERROR, result.outcome());
        assertEquals("no such order", Calls.text(result));
        assertEquals(1, seen.size());
    }

    @Test
    void no_answer_in_time_is_in_doubt_unless_it_may_be_run_twice() throws Exception {
        serve((request, tries) -> {});
        NodeTools.HttpTool slow = tool(1, false, Duration.ofMillis(300));
        assertEquals(Outcome.IN_DOUBT, Calls.await(run(slow, "{}")).outcome());
        assertEquals(1, seen.size());
        Result twice = Calls.await(run(tool(1, true, Duration.ofMillis(300)), "{}"));
        assertEquals(Outcome.ERROR, twice.outcome());
        assertEquals(3, seen.size());
    }

    @Test
    void a_connection_that_breaks_is_in_doubt_unless_it_may_be_run_twice() throws Exception {
        serve((request, tries) -> request.connection().close());
        assertEquals(Outcome.IN_DOUBT, Calls.await(run(tool(3, false), "{}")).outcome());
        assertEquals(1, seen.size());
        assertEquals(Outcome.ERROR, Calls.await(run(tool(1, true), "{}")).outcome());
        assertEquals(3, seen.size());
    }

    @Test
    void an_answer_that_breaks_off_is_in_doubt() throws Exception {
        serve((request, tries) -> {
            request.response().putHeader("Content-Length", "100").write("{\"half\":");
            vertx.setTimer(50, later -> request.connection().close());
        });
        assertEquals(Outcome.IN_DOUBT, Calls.await(run(tool(3, false), "{}")).outcome());
    }

    @Test
    void where_nobody_was_reached_it_is_tried_again_whatever_the_tool() throws Exception {
        try (ServerSocket nobody = new ServerSocket(0)) {
            port = nobody.getLocalPort();
        }
        Execution waiting = run(tool(10, false), "{}");
        serveAt(port, (request, tries) -> request.response().end("1"));
        assertEquals(Outcome.OK, Calls.await(waiting).outcome());
        assertEquals(1, seen.size());
    }

    @Test
    void garbage_and_too_much_are_errors() throws Exception {
        serve((request, tries) -> request.response().end(tries == 1 ? "<html>" : "x".repeat(5_000)));
        assertEquals(Outcome.ERROR, Calls.await(run(tool(3, true), "{}")).outcome());
        Result long_ = Calls.await(run(tool(3, true), "{}"));
        assertEquals(Outcome.ERROR, long_.outcome());
        assertTrue(Calls.text(long_).contains("longer than 4000"), Calls.text(long_));
        assertEquals(2, seen.size());
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        serve((request, tries) -> request.response()
                .setStatusCode(307)
                .putHeader("Location", "http://127.0.0.1:" + port + "/elsewhere")
                .end());
        Result result = Calls.await(run(tool(3, true), "{}"));
        assertEquals(Outcome.ERROR, result.outcome());
        assertTrue(Calls.text(result).contains("redirects"));
        assertEquals(1, seen.size());
    }

    @Test
    void a_cancelled_call_is_let_go_at_once() throws Exception {
        var gone = new CompletableFuture<Void>();
        serve((request, tries) -> request.connection().closeHandler(closed -> gone.complete(null)));
        Execution execution = run(tool(3, true), "{}");
        while (seen.isEmpty()) {
            Thread.onSpinWait();
        }
        execution.cancel();
        assertEquals(Outcome.CANCELLED, Calls.await(execution).outcome());
        gone.get(20, TimeUnit.SECONDS);
    }

    @Test
    void arguments_can_not_end_the_document_they_are_put_into() throws Exception {
        serve((request, tries) -> request.response().end("1"));
        for (String escape : List.of("{},\"tool\":\"other\"", "1", "{\"a\":1} {}", "{\"a\":1,\"a\":2}", "]")) {
            assertEquals(Outcome.ERROR, Calls.await(run(tool(0, true), escape)).outcome(), escape);
        }
        assertTrue(seen.isEmpty());
    }

    private NodeTools.HttpTool tool(int retries, boolean idempotent) {
        return tool(retries, idempotent, Duration.ofSeconds(20));
    }

    private NodeTools.HttpTool tool(int retries, boolean idempotent, Duration timeout) {
        return new NodeTools.HttpTool(
                "refund",
                URI.create("http://127.0.0.1:" + port + "/refund?v=1"),
                "",
                "",
                new Secret(SECRET),
                timeout,
                retries,
                idempotent,
                Optional.empty());
    }

    private Execution run(NodeTools.HttpTool tool, String arguments) {
        ToolLimits d = ToolLimits.DEFAULT;
        ToolLimits small = new ToolLimits(
                d.connect(),
                d.timeout(),
                d.timeoutMost(),
                4_000,
                d.errorChars(),
                d.retries(),
                d.retriesMost(),
                Duration.ofMillis(100),
                d.retryAfter(),
                d.connections(),
                d.waiting(),
                d.mcpTools(),
                d.refresh(),
                d.progress());
        HttpTools tools = new HttpTools(vertx, Map.of("refund", tool), small, () -> 1.0, InstantSource.fixed(NOW));
        return tools.run("refund", Calls.call("refund", "http:refund", arguments));
    }

    /** @param answer gets the request and which one it is, from 1 */
    private void serve(BiConsumer<HttpServerRequest, Integer> answer) throws Exception {
        serveAt(0, answer);
    }

    private void serveAt(int at, BiConsumer<HttpServerRequest, Integer> answer) throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.bodyHandler((Buffer body) -> {
                    Map<String, String> headers = new TreeMap<>();
                    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
                    seen.add(new Seen(headers, body.toString()));
                    answer.accept(request, seen.size());
                }));
        port = server.listen(at, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .actualPort();
    }
}
