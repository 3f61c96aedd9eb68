package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.ToolCall;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Server-side tools, whose effects the world counts. */
final class SimTools {
    private final Dice dice;
    private final Map<String, Integer> runs = new HashMap<>();

    SimTools(Dice dice) {
        this.dice = dice;
    }

    ToolExecutor on(SimLoops loops) {
        return (call, progress) -> {
            runs.merge(call.key().id() + "/" + call.callId(), 1, Integer::sum);
            CompletableFuture<ToolExecutor.Result> result = new CompletableFuture<>();
            loops.after(
                    dice.between(5, 250),
                    () -> result.complete(new ToolExecutor.Result(ToolCall.Outcome.OK, Payload.of("\"found\""))));
            return new Running(result);
        };
    }

    /** A tool that can't be stopped once it began, as most can't. */
    private record Running(CompletableFuture<ToolExecutor.Result> result) implements ToolExecutor.Execution {
        @Override
        public void cancel() {}
    }

    Map<String, Integer> runs() {
        return runs;
    }
}
