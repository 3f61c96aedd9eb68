package dev.sessionmesh.tool.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolLimits;
import io.modelcontextprotocol.spec.McpSchema;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the calls of a session hear when the server has forgotten it. */
@Timeout(60)
final class McpLineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** How long the line's listener keeps the thread that brings a refusal: more than a goodbye takes, there and back. */
    private static final Duration DAWDLE = Duration.ofMillis(500);

    private final Vertx vertx = Vertx.vertx();
    private final FakeMcp fake = new FakeMcp(vertx);
    private McpLine line;

    @BeforeEach
    void open() throws Exception {
        URI url = URI.create("http://127.0.0.1:" + fake.listen(0) + "/mcp");
        line = new McpLine(
                new NodeTools.McpServer("fake", url, List.of(), PATIENCE, Map.of()),
                ToolLimits.DEFAULT,
                new DawdlingListener());
    }

    @AfterEach
    void close() throws Exception {
        line.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void a_call_that_was_refused_with_its_session_hears_of_it_however_late() {
        call();
        fake.sessions.clear();
        Throwable refusal = assertThrows(RuntimeException.class, this::call);
        assertTrue(McpLink.isForgotten(refusal), refusal::toString);
        assertTrue(fake.goodbyes.isEmpty(), "the line is not closed yet");
    }

    @Test
    void closing_says_goodbye_to_the_session_that_was_forgotten_too() {
        call();
        fake.sessions.clear();
        assertThrows(RuntimeException.class, this::call);
        line.close();
        until(() -> !fake.goodbyes.isEmpty());
        assertEquals(List.of("s1"), fake.goodbyes);
    }

    private void call() {
        line.client()
                .callTool(McpSchema.CallToolRequest.builder("echo")
                        .arguments(Map.of())
                        .build())
                .block(Duration.ofSeconds(20));
    }

    private static void until(BooleanSupplier reached) {
        while (!reached.getAsBoolean()) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private static final class DawdlingListener implements McpLine.Listener {
        @Override
        public void trouble(McpLine line, Throwable what) {
            long end = System.nanoTime() + DAWDLE.toNanos();
            until(() -> System.nanoTime() - end > 0);
        }

        @Override
        public void tools(List<McpSchema.Tool> changed) {}

        @Override
        public void progress(McpSchema.ProgressNotification report) {}
    }
}
