package dev.sessionmesh.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.Exposition;
import dev.sessionmesh.telemetry.metrics.Metrics;
import dev.sessionmesh.telemetry.metrics.ScrapedPage;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class MeteredToolsTest {
    private final Metrics metrics = new Metrics(Catalogue.load());
    private final CompletableFuture<ToolExecutor.Result> result = new CompletableFuture<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final ToolExecutor tools = new MeteredTools(
            (call, progress) -> new ToolExecutor.Execution() {
                @Override
                public CompletionStage<ToolExecutor.Result> result() {
                    return result;
                }

                @Override
                public void cancel() {
                    cancelled.set(true);
                }
            },
            metrics);

    @Test
    void a_call_is_counted_when_its_result_is_there_by_what_became_of_it() {
        ToolExecutor.Execution running = run();
        assertEquals(0, calls("ok"));
        running.cancel();
        assertTrue(cancelled.get());
        result.complete(new ToolExecutor.Result(ToolCall.Outcome.OK, Payload.of("done")));
        assertEquals(
                "done",
                ((Payload.Inline) running.result().toCompletableFuture().join().payload()).text());
        assertEquals(1, calls("ok"));
        run();
        assertEquals(2, calls("ok"));
    }

    @Test
    void a_tool_that_fails_is_told_apart_from_a_mesh_that_does() {
        run();
        result.completeExceptionally(new IllegalStateException("bug"));
        assertEquals(1, calls("failed"));
        assertEquals(0, calls("error"));
    }

    private ToolExecutor.Execution run() {
        return tools.run(
                new ToolExecutor.Call(
                        new SessionKey("default", "s1"),
                        ToolSpec.named("search", Executor.SERVER),
                        "c1",
                        Payload.of("{}")),
                (done, total, message) -> {});
    }

    private double calls(String outcome) {
        return ScrapedPage.of(new String(Exposition.of(metrics, "").body(), StandardCharsets.UTF_8))
                .value("sessionmesh_tool_call_seconds_count", "source", "builtin", "outcome", outcome);
    }
}
