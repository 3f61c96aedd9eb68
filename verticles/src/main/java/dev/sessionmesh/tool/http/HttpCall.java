package dev.sessionmesh.tool.http;

import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.port.ToolExecutor.Call;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Results;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One call of a tool behind a webhook: as many tries as are safe. Confined to its context. */
final class HttpCall implements ToolExecutor.Execution {
    private final HttpLine line;
    private final NodeTools.HttpTool tool;
    private final Call call;
    private final Context context;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private int tries;
    private @Nullable HttpTry running;
    private long timer = -1;

    HttpCall(HttpLine line, NodeTools.HttpTool tool, Call call) {
        this.line = line;
        this.tool = tool;
        this.call = call;
        this.context = line.vertx().getOrCreateContext();
    }

    HttpCall start() {
        context.runOnContext(now -> attempt());
        return this;
    }

    @Override
    public CompletionStage<Result> result() {
        return result.minimalCompletionStage();
    }

    @Override
    public void cancel() {
        result.complete(Results.cancelled());
        context.runOnContext(now -> {
            line.vertx().cancelTimer(timer);
            if (running != null) {
                running.abort();
            }
        });
    }

    private void attempt() {
        if (result.isDone()) {
            return;
        }
        tries++;
        running = new HttpTry(line, tool, call, this::tried);
        running.start();
    }

    private void tried(Answer answer) {
        running = null;
        switch (answer) {
            case Answer.Final(Result end) -> result.complete(end);
            case Answer.Passing passing -> {
                boolean safe = tool.idempotent() || !passing.begun();
                Optional<Duration> wait = safe && tries <= tool.retries()
                        ? line.waits().before(tries, passing.asked())
                        : Optional.empty();
                wait.ifPresentOrElse(this::later, () -> giveUp(passing));
            }
        }
    }

    private void later(Duration wait) {
        timer = line.vertx().setTimer(Math.max(1, wait.toMillis()), fired -> attempt());
    }

    private void giveUp(Answer.Passing last) {
        String why = "tool " + tool.name() + ": " + last.why();
        result.complete(last.certain() ? Results.error(why) : Results.unknown(tool.idempotent(), why));
    }
}
