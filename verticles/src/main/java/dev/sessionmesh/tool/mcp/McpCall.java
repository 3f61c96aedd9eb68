package dev.sessionmesh.tool.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.port.ToolExecutor.Call;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import dev.sessionmesh.tool.ArgumentsJson;
import dev.sessionmesh.tool.CallKey;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Results;
import dev.sessionmesh.tool.ToolLimits;
import dev.sessionmesh.trace.About;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** One call of a tool of an MCP server. */
final class McpCall implements ToolExecutor.Execution {
    /** Under which a server finds the call's key in {@code _meta}. */
    static final String IDEMPOTENCY_KEY = "dev.sessionmesh/idempotencyKey";

    private static final Logger LOG = LoggerFactory.getLogger(McpCall.class);
    private static final TypeReference<Map<String, Object>> ARGUMENTS = new TypeReference<>() {};
    private static final AtomicLong COUNT = new AtomicLong();

    private final McpLink link;
    private final NodeTools.McpServer server;
    private final ToolLimits limits;
    private final Call call;
    private final ToolExecutor.Progress progress;
    private final String token = "p" + COUNT.incrementAndGet();
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final Disposable.Swap running = Disposables.swap();
    private volatile @Nullable McpLine line;
    private volatile long reportedNanos = Long.MIN_VALUE;

    McpCall(McpLink link, NodeTools.McpServer server, ToolLimits limits, Call call, ToolExecutor.Progress progress) {
        this.link = link;
        this.server = server;
        this.limits = limits;
        this.call = call;
        this.progress = progress;
    }

    /** @param ready comes when the arguments may be sent, or with why they may not */
    McpCall start(Mono<?> ready, JsonNode arguments) {
        link.watch(token, this::report);
        var request = McpSchema.CallToolRequest.builder(call.tool().name())
                .arguments(ArgumentsJson.MAPPER.convertValue(arguments, ARGUMENTS))
                .meta(meta())
                .build();
        running.update(ready.then(link.ask(on -> {
                    line = on;
                    return on.client().callTool(request).contextWrite(this::traced);
                }))
                .timeout(server.timeout())
                .subscribe(answer -> finish(McpResults.of(answer, limits)), this::failed));
        return this;
    }

    /** For the header that {@link McpLine} sends. */
    private Context traced(Context context) {
        return call.trace().isEmpty()
                ? context
                : context.put(McpTransportContext.KEY, McpTransportContext.create(Map.of(McpLine.TRACE, call.trace())));
    }

    /** Where the trace goes on is told in the request itself too, which also reaches a server behind others. */
    private Map<String, Object> meta() {
        Map<String, Object> meta = new HashMap<>(Map.of("progressToken", token, IDEMPOTENCY_KEY, CallKey.of(call)));
        if (!call.trace().isEmpty()) {
            meta.put(McpLine.TRACE, call.trace());
        }
        return meta;
    }

    @Override
    public CompletionStage<Result> result() {
        return result.minimalCompletionStage();
    }

    @Override
    public void cancel() {
        if (!result.isDone()) {
            tell("cancelled");
            finish(Results.cancelled());
            running.dispose();
        }
    }

    private void tell(String reason) {
        @Nullable McpLine on = line;
        if (on != null) {
            on.cancel(token, reason);
        }
    }

    private void finish(Result end) {
        link.unwatch(token);
        @Nullable McpLine on = line;
        if (on != null) {
            on.tap().forget(token);
        }
        result.complete(end);
    }

    private void report(McpSchema.ProgressNotification report) {
        long now = System.nanoTime();
        if (reportedNanos != Long.MIN_VALUE
                && now - reportedNanos < limits.progress().toNanos()) {
            return;
        }
        reportedNanos = now;
        progress.report(
                Objects.requireNonNullElse(report.progress(), 0.0),
                Objects.requireNonNullElse(report.total(), 0.0),
                Results.cut(Objects.requireNonNullElse(report.message(), ""), limits.errorChars()));
    }

    private void failed(Throwable failure) {
        @Nullable McpLine on = line;
        boolean sent = on != null && on.tap().sent(token);
        if (failure instanceof TimeoutException && sent) {
            tell("timeout");
        }
        // What the SDK's errors quote is what a server said.
        About.of(call.key())
                .at(call.trace())
                .debug(LOG)
                .log(
                        "call {} of {} failed: {}",
                        call.callId(),
                        server.name(),
                        failure.getClass().getName());
        finish(end(failure, sent));
    }

    /** Says nothing of what the SDK's errors quote: that is what a server sent, or what we sent it. */
    private Result end(Throwable failure, boolean sent) {
        String name = "the MCP server " + server.name();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refusal refusal) {
                return Results.error(String.valueOf(refusal.getMessage()));
            }
            if (cause instanceof McpError error && error.getJsonRpcError() != null) {
                return Results.error(
                        Results.cut(String.valueOf(error.getJsonRpcError().message()), limits.errorChars()));
            }
            if (cause instanceof McpHttpClientTransportAuthorizationException) {
                return Results.error(name + " does not accept this node's credentials");
            }
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
                return Results.error(name + " can't be reached");
            }
        }
        if (!sent || McpLink.isForgotten(failure)) {
            return Results.error(name + " gave no answer, and the call was not sent");
        }
        boolean late = failure instanceof TimeoutException;
        return Results.unknown(
                call.tool().idempotent(),
                late
                        ? name + " gave no answer within " + server.timeout().toMillis() + " ms"
                        : "the connection to " + name + " broke");
    }

    /** Why a call is not even sent. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String why) {
            super(why, null, false, false);
        }
    }
}
