package dev.sessionmesh.tool;

import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A call that is over before it began. */
public record Settled(Result end) implements ToolExecutor.Execution {
    @Override
    public CompletionStage<Result> result() {
        return CompletableFuture.completedStage(end);
    }

    @Override
    public void cancel() {}
}
