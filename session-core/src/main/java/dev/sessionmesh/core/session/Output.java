package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.TokenRun;

/** What a runner produces; {@link Session} gives it ids and turns it into events. */
public sealed interface Output {
    record Text(DeltaKind kind, int part, TokenRun run) implements Output {}

    record Call(String name, Payload arguments, Executor executor, boolean approval) implements Output {}

    record CallStarted(String callId) implements Output {}

    record CallFinished(String callId, ToolCall.Outcome outcome, Payload result) implements Output {}

    record SteerConsumed(String steerId) implements Output {}

    /** The turn is over: {@code COMPLETED}, or {@code FAILED} with a code and a reason. */
    record End(TurnStatus status, String code, String reason, Usage usage) implements Output {
        public End {
            if (status != TurnStatus.COMPLETED && status != TurnStatus.FAILED) {
                throw new IllegalArgumentException("a runner ends a turn as completed or failed");
            }
        }
    }
}
