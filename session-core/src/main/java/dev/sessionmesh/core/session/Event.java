package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
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

    /**
     * Somebody asked for a turn.
     *
     * @param replaces the turn in whose place it stands, on another branch; empty when it follows what was said last
     * @param regenerates whether it answers the words of the turn that it replaces; otherwise it has its own
     * @param trace where its trace goes on, for whoever runs it; empty when nobody traces it
     */
    record TurnReceived(String turn, String inputId, Actor by, String replaces, boolean regenerates, String trace)
            implements Event {
        public TurnReceived(String turn, String inputId, Actor by, String replaces, boolean regenerates) {
            this(turn, inputId, by, replaces, regenerates, "");
        }

        public TurnReceived(String turn, String inputId, Actor by) {
            this(turn, inputId, by, "", false);
        }
    }

    /** What waits, in the order in which it will run. */
    record QueueReordered(List<String> turns, Actor by) implements Event {
        public QueueReordered {
            turns = List.copyOf(turns);
        }
    }

    /** A turn that has ended is no part of the conversation any more. */
    record TurnRetracted(String turn, Actor by) implements Event {}

    /** The conversation goes on behind the latest turn of the branch that this turn is on. */
    record BranchSelected(String turn, Actor by) implements Event {}

    /** A run of the model ended, and another one of the same turn follows. */
    record StepEnded(String turn, int step, Usage usage) implements Event {}

    /** What a message says is void: the step that said it is tried again. */
    record MessageSuperseded(String turn, String messageId) implements Event {}

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

        /** The same without knowing where its pieces end; one piece alone always is known. */
        public Tokens folded() {
            return run.pieces() == 1
                    ? this
                    : new Tokens(turn, messageId, part, kind, TokenRun.folded(run.text(), run.pieces()));
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
            ToolCall.Recovery recovery,
            Target target,
            boolean approval,
            long deadline)
            implements Event {}

    /**
     * @param askedBy name of the person whose turn it is
     * @param argumentsHash see {@link Payload#hash}
     */
    record ApprovalRequested(
            String turn,
            String callId,
            String name,
            Payload arguments,
            String argumentsHash,
            String askedBy,
            ApprovalTerms terms,
            long deadline)
            implements Event {}

    /** One of several people that are needed approved. */
    record ApprovalVoted(String callId, Actor by, String argumentsHash, int approvals, int needed) implements Event {}

    /** Whoever decides wants other arguments; what was approved before is void. */
    record ApprovalEdited(String callId, Actor by, Payload arguments, String argumentsHash, String originalHash)
            implements Event {}

    /** @param to the user who may decide as well */
    record ApprovalDelegated(String callId, Actor by, String to) implements Event {}

    /** @param no 1, 2, 3 ... */
    record ApprovalReminded(String callId, int no) implements Event {}

    /** @param to who may decide as well from now on: {@code user:NAME} or {@code role:NAME} */
    record ApprovalEscalated(String callId, List<String> to) implements Event {
        public ApprovalEscalated {
            to = List.copyOf(to);
        }
    }

    /**
     * @param argumentsHash what was decided about
     * @param grant the grant that decided it; empty when a person did, or a deadline
     */
    record ApprovalResolved(
            String callId, ToolCall.Decision decision, Actor by, String reason, String argumentsHash, String grant)
            implements Event {}

    /** @param deciders of calls that need no further approval, see {@link ApprovalTerms#deciders} */
    record ToolGranted(String grant, String tool, String deciders, Actor by) implements Event {}

    record GrantRevoked(String grant, Actor by) implements Event {}

    /** @param claim counts how often the call was taken */
    record ToolClaimed(String callId, Actor by, String claimant, int claim, long until) implements Event {}

    /** @param reason {@code released} by the tab itself, or {@code expired} */
    record ToolReleased(String callId, int claim, String reason) implements Event {}

    record ToolStarted(String callId) implements Event {}

    /** It had begun when its runner was lost, and waits until {@code deadline} for a person to say what became of it. */
    record ToolDoubted(String callId, long deadline) implements Event {}

    /** It is run again. */
    record ToolRetried(String callId, Actor by, long deadline) implements Event {}

    record ToolResulted(String callId, ToolCall.Outcome outcome, Payload result, Actor by) implements Event {}

    /** @param inputId the input that it was, when an input's policy made it one; empty for a plain instruction */
    record Steered(String turn, String steerId, String instruction, Actor actor, String inputId) implements Event {}

    /** @param step the run of the model that heard it, from 1; 0 when none did */
    record SteerResolved(String turn, String steerId, boolean consumed, int step) implements Event {}

    /**
     * The log goes on under another history, beginning with this event: whoever wrote before was lost without a farewell, and may have
     * shown events behind the last one that is known here.
     */
    record Forked(long history) implements Event {}
}
