package dev.sessionmesh.host;

import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.Conversation.Called;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.trace.Span;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server-side tool calls of a turn, as its runner runs them. Confined to the session's event loop. */
final class ToolRuns {
    private static final Logger LOG = LoggerFactory.getLogger(ToolRuns.class);

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MESSAGE_CHARS = 256;

    private final TurnRunner.Kit kit;
    private final SessionKey key;
    private final Writer writer;
    private final RunTrace trace;
    private final Set<String> handled = new HashSet<>();
    private final Map<String, ToolExecutor.Execution> running = new HashMap<>();
    private boolean cancelled;

    ToolRuns(TurnRunner.Kit kit, SessionKey key, Writer writer, RunTrace trace) {
        this.kit = kit;
        this.key = key;
        this.writer = writer;
        this.trace = trace;
    }

    void runIfDue(Called call, Profile profile) {
        boolean allowed = !call.approval() || call.decision() == ToolCall.Decision.APPROVED;
        if (call.executor() != Executor.SERVER || !allowed || call.doubted() || !handled.add(call.id())) {
            return;
        }
        // The start is in the log before the tool has any effect: after a crash it is known to have begun.
        writer.add(new Output.CallStarted(call.id()));
        writer.whenFlushed(() -> run(call, profile));
    }

    /** A person said that it had no effect: it is due once more. */
    void retry(String callId) {
        handled.remove(callId);
    }

    /** Nobody wants their results any more. */
    void cancel() {
        cancelled = true;
        running.values().forEach(ToolExecutor.Execution::cancel);
        running.clear();
    }

    private void run(Called call, Profile profile) {
        whole(call.arguments())
                .compose(arguments -> begin(call, profile, arguments))
                .onComplete(done -> {
                    running.remove(call.id());
                    if (done.failed()) {
                        trace.about().error(LOG).setCause(done.cause()).log("tool call {} failed", call.id());
                    }
                    ToolExecutor.Result result = done.succeeded()
                            ? done.result()
                            : new ToolExecutor.Result(ToolCall.Outcome.ERROR, Payload.of("the tool failed"));
                    writer.add(new Output.CallFinished(call.id(), result.outcome(), result.payload()));
                });
    }

    private Future<ToolExecutor.Result> begin(Called call, Profile profile, Payload arguments) {
        if (cancelled) {
            return Future.failedFuture("the turn is over");
        }
        Span span = trace.tool(call.name(), call.id()).saying("gen_ai.tool.call.arguments", text(arguments));
        ToolExecutor.Execution execution = kit.tools()
                .run(
                        new ToolExecutor.Call(key, spec(call, profile, arguments), call.id(), arguments, span.place()),
                        new Progress(call.id()));
        running.put(call.id(), execution);
        return kit.exchanges().loopOf(key).bring(execution.result()).onComplete(done -> end(span, done));
    }

    private static void end(Span span, AsyncResult<ToolExecutor.Result> done) {
        if (done.failed()) {
            span.fail("internal");
            return;
        }
        span.saying("gen_ai.tool.call.result", text(done.result().payload()));
        if (done.result().outcome() == ToolCall.Outcome.OK) {
            span.end();
        } else {
            span.fail(done.result().outcome().name().toLowerCase(Locale.ROOT));
        }
    }

    private static String text(Payload payload) {
        return payload instanceof Payload.Inline(String text) ? text : "";
    }

    /** What a tool says of its progress is shown, not logged; more often than people can read is of no use. */
    private final class Progress implements ToolExecutor.Progress {
        private final String callId;
        private final AtomicLong shownNanos = new AtomicLong(System.nanoTime() - EVERY_NANOS);

        Progress(String callId) {
            this.callId = callId;
        }

        @Override
        public void report(double done, double total, String message) {
            long last = shownNanos.get();
            long now = System.nanoTime();
            if (now - last < EVERY_NANOS || !shownNanos.compareAndSet(last, now)) {
                return;
            }
            String told = message.length() > MESSAGE_CHARS ? message.substring(0, MESSAGE_CHARS) : message;
            byte[] frame = ServerJson.toolProgress(key, callId, done, total, told);
            kit.exchanges().loopOf(key).execute(() -> {
                if (running.containsKey(callId)) {
                    kit.exchanges().signal(key, frame, writer.subscribers());
                }
            });
        }
    }

    /** Not of those that are known only: after a takeover this node may not have heard yet what the tool's source has. */
    private ToolSpec spec(Called call, Profile profile, Payload arguments) {
        if (kit.catalogue().check(profile, call.name(), arguments)
                instanceof ToolCatalogue.Verdict.Allowed(ToolSpec tool, var approval)) {
            return tool;
        }
        return kit.catalogue().tools(profile).stream()
                .filter(tool -> tool.name().equals(call.name()))
                .findFirst()
                .orElseGet(() -> ToolSpec.named(call.name(), Executor.SERVER));
    }

    /** Tools are handed their arguments whole, also those that are too long for the log. */
    private Future<Payload> whole(Payload arguments) {
        return switch (arguments) {
            case Payload.Inline inline -> Future.succeededFuture(inline);
            case Payload.Blob blob ->
                kit.service().blob(Access.ALL, key, blob.hash()).compose(outcome -> switch (outcome) {
                    case Outcome.Done<byte[]>(byte[] utf8) ->
                        Future.succeededFuture(Payload.of(new String(utf8, StandardCharsets.UTF_8)));
                    case Outcome.Refused<byte[]> refused -> Future.failedFuture(refused.message());
                });
        };
    }
}
