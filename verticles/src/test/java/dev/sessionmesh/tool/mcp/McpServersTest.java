package dev.sessionmesh.tool.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.port.ToolExecutor.Call;
import dev.sessionmesh.core.port.ToolExecutor.Execution;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import dev.sessionmesh.core.session.ToolCall.Outcome;
import dev.sessionmesh.tool.Calls;
import dev.sessionmesh.tool.ListedTool;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Secret;
import dev.sessionmesh.tool.ToolLimits;
import dev.sessionmesh.tool.schema.ToolSchemas;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can go wrong between us and an MCP server. The right way of things is tried with a real one, in {@code EverythingServerIT}. */
@Timeout(90)
final class McpServersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx();
    private final FakeMcp fake = new FakeMcp(vertx);
    private int port;
    private McpServers servers;

    @BeforeEach
    void open() throws Exception {
        port = fake.listen(0);
        servers = servers(PATIENCE);
    }

    @AfterEach
    void close() throws Exception {
        servers.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void a_call_carries_its_key_and_the_operators_headers() throws Exception {
        Result result = Calls.await(run("echo", "{\"n\":1}"));
        assertEquals(Outcome.OK, result.outcome());
        assertEquals(FakeMcp.text("ok"), new JsonObject(Calls.text(result)));
        JsonObject params = fake.sent("tools/call").getFirst().getJsonObject("params");
        assertEquals("acme/s1/k1", params.getJsonObject("_meta").getString("dev.sessionmesh/idempotencyKey"));
        assertEquals(new JsonObject().put("n", 1), params.getJsonObject("arguments"));
        assertTrue(fake.authorizations.stream().allMatch("Bearer t0ps3cret"::equals));
        assertEquals(Calls.TRACE, params.getJsonObject("_meta").getString("traceparent"));
        assertEquals(Calls.TRACE, fake.traces.getLast(), "its request has it as a header too");
    }

    @Test
    void a_call_that_nobody_traces_says_nothing_of_traces() throws Exception {
        Call traced = Calls.call("echo", "mcp:fake", "{}");
        Call plain = new Call(Calls.KEY, traced.tool(), "k1", traced.arguments());
        Calls.await(servers.run("fake", plain, (done, total, message) -> {}));
        JsonObject params = fake.sent("tools/call").getFirst().getJsonObject("params");
        assertFalse(params.getJsonObject("_meta").containsKey("traceparent"));
        assertEquals("null", fake.traces.getLast());
    }

    @Test
    void a_session_that_the_server_forgot_is_begun_anew_once() throws Exception {
        Calls.await(run("echo", "{}"));
        fake.sessions.clear();
        assertEquals(Outcome.OK, Calls.await(run("echo", "{}")).outcome());
        assertEquals(2, fake.begun.get());
        fake.forgetful = true;
        Result result = Calls.await(run("echo", "{}"));
        assertEquals(Outcome.ERROR, result.outcome(), "nothing was run, and that is certain");
        assertEquals(3, fake.begun.get());
    }

    @Test
    void a_server_that_is_away_keeps_nobody_and_is_found_when_it_comes() throws Exception {
        fake.close();
        servers.refresh();
        Result away = Calls.await(run("echo", "{}"));
        assertEquals(Outcome.ERROR, away.outcome());
        assertTrue(Calls.text(away).contains("can't be reached"), Calls.text(away));
        assertTrue(servers.tools("fake").isEmpty());
        fake.listen(port);
        // The SDK may still be failing the refresh, and fails with it whoever comes meanwhile: so not the first call is
        // the measure.
        Outcome found;
        do {
            found = Calls.await(run("echo", "{}")).outcome();
        } while (found == Outcome.ERROR);
        assertEquals(Outcome.OK, found);
        assertEquals(
                List.of("echo"),
                servers.tools("fake").stream().map(ListedTool::name).toList());
    }

    @Test
    void a_tool_that_is_not_known_yet_is_asked_for() throws Exception {
        Calls.await(run("echo", "{}"));
        fake.tools = new JsonArray().add(FakeMcp.tool("echo")).add(FakeMcp.tool("learnt"));
        assertEquals(Outcome.OK, Calls.await(run("learnt", "{}")).outcome());
        Result unknown = Calls.await(run("nothing", "{}"));
        assertEquals(Outcome.ERROR, unknown.outcome());
        assertTrue(Calls.text(unknown).contains("has no tool nothing"), Calls.text(unknown));
        assertEquals(2, fake.sent("tools/call").size());
    }

    @Test
    void arguments_that_the_schema_refuses_are_not_sent() throws Exception {
        Result result = Calls.await(run("echo", "{\"n\":\"one\"}"));
        assertEquals(Outcome.ERROR, result.outcome());
        assertTrue(Calls.text(result).contains("integer"), Calls.text(result));
        assertEquals(Outcome.ERROR, Calls.await(run("echo", "[1]")).outcome());
        assertTrue(fake.sent("tools/call").isEmpty());
    }

    @Test
    void a_cancelled_call_is_cancelled_at_the_server() throws Exception {
        fake.behaviour = (request, message, reply) -> {};
        Execution execution = run("echo", "{}");
        until(() -> !fake.sent("tools/call").isEmpty());
        execution.cancel();
        assertEquals(Outcome.CANCELLED, Calls.await(execution).outcome());
        until(() -> !fake.sent("notifications/cancelled").isEmpty());
        assertEquals(
                fake.sent("tools/call").getFirst().getValue("id"),
                fake.sent("notifications/cancelled")
                        .getFirst()
                        .getJsonObject("params")
                        .getValue("requestId"));
    }

    @Test
    void no_answer_in_time_is_in_doubt_and_told_to_the_server() throws Exception {
        Calls.await(run("echo", "{}"));
        servers.close();
        servers = servers(Duration.ofMillis(700));
        servers.refresh();
        until(() -> !servers.tools("fake").isEmpty());
        fake.behaviour = (request, message, reply) -> {};
        Result result = Calls.await(run("echo", "{}"));
        assertEquals(Outcome.IN_DOUBT, result.outcome());
        until(() -> !fake.sent("notifications/cancelled").isEmpty());
        assertEquals(Outcome.ERROR, Calls.await(run(true)).outcome(), "it may be run again");
    }

    @Test
    void a_server_that_dies_with_a_call_leaves_it_in_doubt_long_before_the_timeout() throws Exception {
        fake.behaviour = (request, message, reply) -> {
            request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
            request.response().write(": working\n\n");
            vertx.setTimer(100, later -> fake.sessions.clear());
            vertx.setTimer(200, later -> request.connection().close());
        };
        long start = System.nanoTime();
        assertEquals(Outcome.IN_DOUBT, Calls.await(run("echo", "{}")).outcome());
        assertTrue(System.nanoTime() - start < PATIENCE.toNanos() / 2);
    }

    @Test
    void errors_are_told_in_the_servers_words_and_long_results_are_errors() throws Exception {
        fake.behaviour = (request, message, reply) ->
                reply.accept(FakeMcp.text("no such file").put("isError", true));
        Result failed = Calls.await(run("echo", "{}"));
        assertEquals(Outcome.ERROR, failed.outcome());
        assertEquals("no such file", Calls.text(failed));
        fake.behaviour = (request, message, reply) -> FakeMcp.send(
                request,
                new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("id", message.getValue("id"))
                        .put("error", new JsonObject().put("code", -32602).put("message", "bad params")));
        Result refused = Calls.await(run("echo", "{}"));
        assertEquals(Outcome.ERROR, refused.outcome());
        assertEquals("bad params", Calls.text(refused));
        fake.behaviour = (request, message, reply) -> reply.accept(FakeMcp.text("x".repeat(1_100_000)));
        Result large = Calls.await(run("echo", "{}"));
        assertEquals(Outcome.ERROR, large.outcome());
        assertTrue(Calls.text(large).contains("longer than"), Calls.text(large));
    }

    @Test
    void credentials_that_are_refused_are_named_and_not_shown() throws Exception {
        fake.status = 401;
        Result result = Calls.await(run("echo", "{}"));
        assertEquals(Outcome.ERROR, result.outcome());
        assertTrue(Calls.text(result).contains("credentials"), Calls.text(result));
        assertFalse(Calls.text(result).contains("t0ps3cret"));
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        fake.status = 307;
        assertEquals(Outcome.ERROR, Calls.await(run("echo", "{}")).outcome());
        assertTrue(fake.messages.stream().allMatch(message -> "initialize".equals(message.getString("method"))));
    }

    @Test
    void more_tools_than_the_mesh_takes_are_left_out() throws Exception {
        JsonArray many = new JsonArray().add(FakeMcp.tool("bad name"));
        for (int i = 0; i < 300; i++) {
            many.add(FakeMcp.tool("t" + i));
        }
        fake.tools = many;
        servers.refresh();
        until(() -> !servers.tools("fake").isEmpty());
        assertEquals(ToolLimits.DEFAULT.mcpTools(), servers.tools("fake").size());
        assertTrue(servers.tool("fake", "bad name").isEmpty());
    }

    private McpServers servers(Duration timeout) {
        NodeTools.McpServer settings = new NodeTools.McpServer(
                "fake",
                URI.create("http://127.0.0.1:" + port + "/mcp"),
                List.of(new NodeTools.Header("Authorization", new Secret("Bearer t0ps3cret"))),
                timeout,
                Map.of());
        return new McpServers(List.of(settings), ToolLimits.DEFAULT, new ToolSchemas());
    }

    private Execution run(String tool, String arguments) {
        return servers.run("fake", Calls.call(tool, "mcp:fake", arguments), (done, total, message) -> {});
    }

    private Execution run(boolean idempotent) {
        ToolSpec plain = Calls.call("echo", "mcp:fake", "{}").tool();
        ToolSpec tool = new ToolSpec(
                plain.name(), "", "", plain.executor(), plain.source(), idempotent, plain.approval(), plain.target());
        return servers.run("fake", new Call(Calls.KEY, tool, "k2", Payload.of("{}")), (done, total, message) -> {});
    }

    private static void until(BooleanSupplier true_) throws InterruptedException {
        while (!true_.getAsBoolean()) {
            Thread.sleep(5);
        }
    }
}
