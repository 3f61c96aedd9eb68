package dev.sessionmesh.tool.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.port.ToolExecutor.Execution;
import dev.sessionmesh.core.port.ToolExecutor.Progress;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import dev.sessionmesh.core.session.ToolCall.Outcome;
import dev.sessionmesh.tool.Calls;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolLimits;
import dev.sessionmesh.tool.schema.ToolSchemas;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tools of a real MCP server: {@code @modelcontextprotocol/server-everything}. */
@Timeout(120)
final class EverythingServerIT {
    private static final Progress UNWATCHED = (done, total, message) -> {};
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path logs;

    private static EverythingServer server;
    private McpServers servers;

    @BeforeAll
    static void start() throws Exception {
        server = EverythingServer.start(logs);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void connect() {
        servers = new McpServers(
                List.of(new NodeTools.McpServer("everything", server.url(), List.of(), PATIENCE, Map.of())),
                ToolLimits.DEFAULT,
                new ToolSchemas());
    }

    @AfterEach
    void disconnect() {
        servers.close();
    }

    @Test
    void its_tools_are_known_with_their_schemas_and_hints() throws Exception {
        Calls.await(run("echo", "{\"message\":\"x\"}"));
        assertTrue(servers.tools("everything").size() >= 10);
        var echo = servers.tool("everything", "echo").orElseThrow();
        assertTrue(echo.description().toLowerCase(Locale.ROOT).contains("echo"));
        assertTrue(new JsonObject(echo.parameters()).getJsonObject("properties").containsKey("message"));
        assertTrue(servers.tool("everything", "trigger-long-running-operation")
                .orElseThrow()
                .repeatable());
    }

    @Test
    void texts_structures_and_images_come_as_they_are() throws Exception {
        JsonObject echo = ok(Calls.await(run("echo", "{\"message\":\"h\\u00e9llo\"}")));
        assertEquals(
                "Echo: h\u00e9llo",
                echo.getJsonArray("content").getJsonObject(0).getString("text"));
        JsonObject sum = ok(Calls.await(run("get-sum", "{\"a\":2,\"b\":3}")));
        assertTrue(
                sum.getJsonArray("content").getJsonObject(0).getString("text").contains("5"));
        JsonObject weather = ok(Calls.await(run("get-structured-content", "{\"location\":\"Chicago\"}")));
        assertTrue(weather.getJsonObject("structuredContent").containsKey("temperature"));
        JsonObject image = ok(Calls.await(run("get-tiny-image", "{}")));
        JsonObject picture = image.getJsonArray("content").stream()
                .map(JsonObject.class::cast)
                .filter(part -> "image".equals(part.getString("type")))
                .findFirst()
                .orElseThrow();
        assertEquals("image/png", picture.getString("mimeType"));
        assertFalse(picture.getString("data").isEmpty());
    }

    @Test
    void a_long_operation_tells_how_far_it_is() throws Exception {
        List<Double> done = new CopyOnWriteArrayList<>();
        Execution execution =
                run("trigger-long-running-operation", "{\"duration\":1.2,\"steps\":4}", (at, total, message) -> {
                    assertEquals(4, total);
                    done.add(at);
                });
        ok(Calls.await(execution));
        assertEquals(List.of(1.0, 2.0, 3.0, 4.0), done);
    }

    @Test
    void a_cancelled_operation_ends_here_and_the_server_goes_on_serving() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Execution execution = run(
                "trigger-long-running-operation",
                "{\"duration\":30,\"steps\":60}",
                (at, total, message) -> running.countDown());
        assertTrue(running.await(30, TimeUnit.SECONDS));
        execution.cancel();
        assertEquals(Outcome.CANCELLED, Calls.await(execution).outcome());
        ok(Calls.await(run("echo", "{\"message\":\"x\"}")));
    }

    @Test
    void bad_arguments_and_unknown_tools_are_errors() throws Exception {
        Result bad = Calls.await(run("get-sum", "{\"a\":\"two\",\"b\":3}"));
        assertEquals(Outcome.ERROR, bad.outcome());
        assertTrue(Calls.text(bad).contains("/a"), Calls.text(bad));
        Result unknown = Calls.await(run("no-such-tool", "{}"));
        assertEquals(Outcome.ERROR, unknown.outcome());
        assertTrue(Calls.text(unknown).contains("has no tool"), Calls.text(unknown));
    }

    @Test
    void a_server_that_was_killed_and_started_again_is_used_as_before() throws Exception {
        ok(Calls.await(run("echo", "{\"message\":\"before\"}")));
        server.kill();
        Result away = Calls.await(run("echo", "{\"message\":\"while it is away\"}"));
        assertEquals(Outcome.ERROR, away.outcome(), Calls.text(away));
        server.run();
        ok(Calls.await(run("echo", "{\"message\":\"after\"}")));
    }

    @Test
    void a_server_that_is_killed_during_a_call_leaves_it_in_doubt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Execution execution = run(
                "trigger-long-running-operation",
                "{\"duration\":100,\"steps\":1000}",
                (at, total, message) -> running.countDown());
        assertTrue(running.await(30, TimeUnit.SECONDS));
        server.kill();
        long start = System.nanoTime();
        assertEquals(Outcome.IN_DOUBT, Calls.await(execution).outcome());
        assertTrue(System.nanoTime() - start < PATIENCE.toNanos() / 2, "noticed, and not waited for");
        server.run();
        ok(Calls.await(run("echo", "{\"message\":\"after\"}")));
    }

    private Execution run(String tool, String arguments) {
        return run(tool, arguments, UNWATCHED);
    }

    private Execution run(String tool, String arguments, Progress progress) {
        return servers.run("everything", Calls.call(tool, "mcp:everything", arguments), progress);
    }

    private static JsonObject ok(Result result) {
        assertEquals(Outcome.OK, result.outcome(), Calls.text(result));
        return new JsonObject(Calls.text(result));
    }
}
