package dev.sessionmesh.core.session;

import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import dev.sessionmesh.core.log.TokenRun;
import java.util.Optional;

/** What a runner produces; {@link Session} gives it ids and turns it into events. */
public sealed interface Output {
    record Text(DeltaKind kind, int part, TokenRun run) implements Output {}

    /** @param approval the terms on which it needs one; empty when it needs none */
    record Call(
            String name,
            Payload arguments,
            Executor executor,
            ToolCall.Recovery recovery,
            Target target,
            Optional<ApprovalTerms> approval)
            implements Output {}

    /** A call that can't be made, of a tool that is not there or with arguments that it does not take. */
    record CallRefused(String name, Payload arguments, String reason) implements Output {}

    record CallStarted(String callId) implements Output {}

    record CallFinished(String callId, ToolCall.Outcome outcome, Payload result) implements Output {}

    record SteerConsumed(String steerId) implements Output {}

    /** A run of the model ended, and the turn goes on. */
    record StepEnded(Usage usage) implements Output {}

    /** The message that grows now is void: its step begins anew. */
    record Supersede() implements Output {}

    /** The turn is over: {@code COMPLETED}, or {@code FAILED} with a code and a reason. */
    record End(TurnStatus status, String code, String reason, Usage usage) implements Output {
        public End {
            if (status != TurnStatus.COMPLETED && status != TurnStatus.FAILED) {
                throw new IllegalArgumentException("a runner ends a turn as completed or failed");
            }
        }
    }
}
