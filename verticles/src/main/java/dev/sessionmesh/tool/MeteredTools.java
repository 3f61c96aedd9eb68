package dev.sessionmesh.tool;

import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.telemetry.metrics.Histogram;
import dev.sessionmesh.telemetry.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** Measures the calls of tools: how long they take and what becomes of them. */
public final class MeteredTools implements ToolExecutor {
    private enum Source {
        BUILTIN,
        MCP,
        HTTP,
        UNKNOWN;

        static Source of(ToolSource source) {
            return switch (source) {
                case ToolSource.BuiltIn() -> BUILTIN;
                case ToolSource.Mcp(String server) -> MCP;
                case ToolSource.Http(String name) -> HTTP;
                case ToolSource.Strange(String text) -> UNKNOWN;
            };
        }
    }

    private enum Outcome {
        OK,
        ERROR,
        IN_DOUBT,
        CANCELLED,
        FAILED;

        static Outcome of(ToolCall.Outcome outcome) {
            return switch (outcome) {
                case OK -> OK;
                case ERROR, REJECTED -> ERROR;
                case IN_DOUBT -> IN_DOUBT;
                case CANCELLED -> CANCELLED;
            };
        }
    }

    private final ToolExecutor measured;
    private final Map<Source, Map<Outcome, Histogram>> calls = new EnumMap<>(Source.class);

    public MeteredTools(ToolExecutor measured, Metrics metrics) {
        this.measured = measured;
        for (Source source : Source.values()) {
            Map<Outcome, Histogram> ofSource = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                ofSource.put(
                        outcome,
                        metrics.histogram(
                                "sessionmesh_tool_call_seconds",
                                "source",
                                Metrics.lower(source),
                                "outcome",
                                Metrics.lower(outcome)));
            }
            calls.put(source, ofSource);
        }
    }

    @Override
    public Execution run(Call call, Progress progress) {
        long begun = System.nanoTime();
        Map<Outcome, Histogram> ofSource = Objects.requireNonNull(calls.get(Source.of(ToolSource.of(call.tool()))));
        Execution running = measured.run(call, progress);
        CompletionStage<Result> result = running.result().whenComplete((done, failure) -> {
            Outcome outcome = failure == null ? Outcome.of(done.outcome()) : Outcome.FAILED;
            Objects.requireNonNull(ofSource.get(outcome)).nanos(System.nanoTime() - begun);
        });
        return new Execution() {
            @Override
            public CompletionStage<Result> result() {
                return result;
            }

            @Override
            public void cancel() {
                running.cancel();
            }
        };
    }
}
