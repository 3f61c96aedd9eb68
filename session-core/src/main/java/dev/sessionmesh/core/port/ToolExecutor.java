package dev.sessionmesh.core.port;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.session.ToolCall;
import java.util.concurrent.CompletionStage;

/**
 * Runs server-side tool calls. A call may be run again after a crash, if its tool is idempotent or a person said so; then it has the
 * same id, which is the idempotency key that the tool may use.
 */
public interface ToolExecutor {
    /** Begins a call. Its result may come on any thread, and so may its progress. */
    Execution run(Call call, Progress progress);

    /**
     * @param arguments JSON text; what lay apart from the log was fetched before
     * @param trace what to send as {@code traceparent} to whoever runs it; empty: nothing
     */
    record Call(SessionKey key, ToolSpec tool, String callId, Payload arguments, String trace) {
        /** A call that nobody traces. */
        public Call(SessionKey key, ToolSpec tool, String callId, Payload arguments) {
            this(key, tool, callId, arguments, "");
        }
    }

    /** A call under way. */
    interface Execution {
        /** What becomes of it. It fails only by a bug: a tool's failure is an {@link ToolCall.Outcome#ERROR}. */
        CompletionStage<Result> result();

        /** Nobody waits for the result any more. Whether the tool still has its effect is the tool's business. */
        void cancel();
    }

    /** Told what a tool says of its progress, however often it likes. */
    interface Progress {
        /**
         * @param total 0 when it is not known
         * @param message may be empty
         */
        void report(double done, double total, String message);
    }

    record Result(ToolCall.Outcome outcome, Payload payload) {}
}
