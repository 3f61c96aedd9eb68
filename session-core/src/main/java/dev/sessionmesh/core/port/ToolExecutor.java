package dev.sessionmesh.core.port;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.ToolCall;
import java.util.concurrent.CompletionStage;

/** Runs server-side tool calls. The call's id is the idempotency key that the tool may use. */
public interface ToolExecutor {
    CompletionStage<Result> run(SessionKey key, String callId, String tool, Payload arguments);

    record Result(ToolCall.Outcome outcome, Payload payload) {}
}
