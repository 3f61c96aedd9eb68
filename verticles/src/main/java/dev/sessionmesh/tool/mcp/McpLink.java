package dev.sessionmesh.tool.mcp;

import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolLimits;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * The way to one MCP server, over as many sessions as it takes. Nothing rests on a session: a server that has forgotten it is asked again
 * in a new one, once; a question that a session could not take is one it did not answer.
 */
final class McpLink implements McpLine.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(McpLink.class);
    private static final Duration PROBE = Duration.ofSeconds(5);
    /** So that a call that was refused for the session's end hears of that, and not of its line being closed. */
    private static final Duration SETTLING = Duration.ofSeconds(1);

    private final NodeTools.McpServer server;
    private final ToolLimits limits;
    private final Scheduler threads;
    private final Consumer<List<McpSchema.Tool>> changed;
    private final Map<Object, Consumer<McpSchema.ProgressNotification>> watching = new ConcurrentHashMap<>();
    private @Nullable McpLine line;
    private boolean closed;

    /** @param threads that may block */
    McpLink(NodeTools.McpServer server, ToolLimits limits, Executor threads, Consumer<List<McpSchema.Tool>> changed) {
        this.server = server;
        this.limits = limits;
        this.threads = Schedulers.fromExecutor(threads);
        this.changed = changed;
    }

    /** Asks in the session that is there, or in a new one. */
    <T> Mono<T> ask(Function<McpLine, Mono<T>> question) {
        return Mono.defer(() -> {
                    McpLine used = line();
                    return question.apply(used).doOnError(McpLink::isForgotten, gone -> forget(used));
                })
                .retryWhen(Retry.max(1)
                        .filter(McpLink::isForgotten)
                        .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
                .subscribeOn(threads);
    }

    void watch(String token, Consumer<McpSchema.ProgressNotification> reports) {
        watching.put(token, reports);
    }

    void unwatch(String token) {
        watching.remove(token);
    }

    private synchronized McpLine line() {
        if (closed) {
            throw new IllegalStateException("the node stops");
        }
        McpLine here = line;
        if (here == null) {
            here = new McpLine(server, limits, this);
            line = here;
        }
        return here;
    }

    private void forget(McpLine gone) {
        synchronized (this) {
            if (line != gone) {
                return;
            }
            line = null;
        }
        LOG.info("MCP server {}: its session is over", server.name());
        Mono.delay(SETTLING).subscribe(later -> gone.close());
    }

    /**
     * Something broke, and the SDK does not say what: it may be the answer to a call, which would then be waited for in vain. A server that
     * knows the session still goes on; otherwise everything that waits in it is broken off.
     */
    @Override
    public void trouble(McpLine on, Throwable what) {
        LOG.debug("MCP server {}: {}", server.name(), what.getClass().getName());
        synchronized (this) {
            if (line != on) {
                return;
            }
        }
        if (isForgotten(what)) {
            forget(on);
        } else if (on.client().isInitialized() && on.probing().compareAndSet(false, true)) {
            on.client()
                    .ping()
                    .timeout(PROBE)
                    .doFinally(done -> on.probing().set(false))
                    .subscribeOn(threads)
                    .subscribe(pong -> {}, dead -> forget(on));
        }
    }

    @Override
    public void tools(List<McpSchema.Tool> now) {
        changed.accept(now);
    }

    @Override
    public void progress(McpSchema.ProgressNotification report) {
        Consumer<McpSchema.ProgressNotification> watcher = watching.get(String.valueOf(report.progressToken()));
        if (watcher != null) {
            watcher.accept(report);
        }
    }

    void close() {
        McpLine last;
        synchronized (this) {
            closed = true;
            last = line;
            line = null;
        }
        if (last != null) {
            last.close();
        }
    }

    static boolean isForgotten(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof McpTransportSessionNotFoundException) {
                return true;
            }
        }
        return false;
    }
}
