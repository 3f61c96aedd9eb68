package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.TokenRun;
import java.util.List;

/**
 * What happened in a session: the log's entries. An event takes one seq, a {@link Tokens} one per piece. Events are facts: they are
 * decided once, on the primary, and only replayed anywhere else.
 */
public sealed interface Event {
    /** How many seqs it takes. */
    default int span() {
        return 1;
    }

    record InputAccepted(String messageId, String inputId, String turn, Payload text, Actor actor) implements Event {}

    record TurnReceived(String turn, String inputId) implements Event {}

    /**
     * A runner took the turn.
     *
     * @param status what the turn is in from now on
     * @param takeover whether another runner had it before
     */
    record TurnClaimed(String turn, int runEpoch, Runner runner, TurnStatus status, boolean takeover)
            implements Event {}

    record TurnStatusChanged(String turn, int runEpoch, TurnStatus status) implements Event {}

    /**
     * @param code why it failed, or empty
     * @param by who cancelled it; {@link Actor#SYSTEM} otherwise
     */
    record TurnEnded(String turn, int runEpoch, TurnStatus status, String code, String reason, Actor by, Usage usage)
            implements Event {}

    record Tokens(String turn, String messageId, int part, DeltaKind kind, TokenRun run) implements Event {
        @Override
        public int span() {
            return run.pieces();
        }

        /** Whether {@code next} continues this one, so that both may travel as one frame or lie in one record. */
        public boolean continuedBy(Event next) {
            return next instanceof Tokens tokens
                    && tokens.messageId.equals(messageId)
                    && tokens.part == part
                    && tokens.kind == kind;
        }

        /** The pieces {@code from} (inclusive) to {@code to} (exclusive). */
        public Tokens cut(int from, int to) {
            return new Tokens(turn, messageId, part, kind, run.cut(from, to));
        }

        /** One event for several that continue each other. */
        public static Tokens join(List<Tokens> run) {
            Tokens first = run.getFirst();
            return run.size() == 1
                    ? first
                    : new Tokens(
                            first.turn,
                            first.messageId,
                            first.part,
                            first.kind,
                            TokenRun.join(run.stream().map(Tokens::run).toList()));
        }
    }

    record ToolCalled(
            String turn,
            String callId,
            String name,
            Payload arguments,
            Executor executor,
            boolean approval,
            long deadline)
            implements Event {}

    record ApprovalRequested(String turn, String callId, String name, Payload arguments, long deadline)
            implements Event {}

    record ApprovalResolved(String callId, ToolCall.Decision decision, Actor by, String reason) implements Event {}

    record ToolStarted(String callId) implements Event {}

    record ToolResulted(String callId, ToolCall.Outcome outcome, Payload result, Actor by) implements Event {}

    record Steered(String turn, String steerId, String instruction, Actor actor) implements Event {}

    record SteerResolved(String turn, String steerId, boolean consumed) implements Event {}

    /**
     * The log goes on under another history, beginning with this event: whoever wrote before was lost without a farewell, and may have
     * shown events behind the last one that is known here.
     */
    record Forked(long history) implements Event {}
}
