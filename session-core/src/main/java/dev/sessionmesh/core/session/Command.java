package dev.sessionmesh.core.session;

import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Runner;
import java.util.List;
import java.util.Optional;

/** What somebody wants of a session. People's commands first, then those of runners and of the mesh itself. */
public sealed interface Command {
    /** @param policy overrides the session's own */
    record Input(Payload text, Optional<InputPolicy> policy) implements Command {}

    /**
     * The turn is done again, on another branch, which becomes the current one.
     *
     * @param text other words; empty: the same
     * @param policy as for an input: enqueue, reject or interrupt
     */
    record Redo(String turn, Optional<Payload> text, InputPolicy policy) implements Command {}

    /** The conversation goes on with the branch of this turn. */
    record SelectBranch(String turn) implements Command {}

    /**
     * A turn that waits runs earlier or later.
     *
     * @param before the waiting turn that will follow it; empty: it becomes the last
     */
    record Reorder(String turn, String before) implements Command {}

    /** A turn that waits is taken back. */
    record Withdraw(String turn) implements Command {}

    /**
     * A decision about calls that wait for approval: about all of them, or if one can't be decided, about none.
     *
     * @param arguments other arguments, for a single call
     * @param argumentsHash what the decision is about; empty: whatever the arguments are now
     * @param remember whether all further calls of the tool in this session are approved too
     */
    record Decide(
            List<String> callIds,
            boolean approve,
            String reason,
            Optional<Payload> arguments,
            String argumentsHash,
            boolean remember)
            implements Command {
        public Decide {
            callIds = List.copyOf(callIds);
        }

        public Decide(String callId, boolean approve, String reason) {
            this(List.of(callId), approve, reason, Optional.empty(), "", false);
        }
    }

    /** @param to the user who may decide as well */
    record Delegate(String callId, String to) implements Command {}

    record RevokeGrant(String grant) implements Command {}

    /**
     * A tab wants to execute a front-end call.
     *
     * @param claimant the tab's client id
     * @param device the class of its device; empty when unknown
     */
    record ClaimTool(String callId, String claimant, String device) implements Command {}

    /** The tab still works on it. */
    record BeatTool(String callId, String claimant) implements Command {}

    record ReleaseTool(String callId, String claimant) implements Command {}

    /** A person says what became of a call in doubt. */
    record Settle(String callId, Verdict verdict, Payload result) implements Command {
        public enum Verdict {
            OK,
            ERROR,
            /** It had no effect: run it again. */
            RETRY
        }
    }

    /** @param turn empty: the running one */
    record Cancel(String turn) implements Command {}

    /** @param turn empty: the running one */
    record Steer(String turn, String instruction) implements Command {}

    /** @param claimant the client id of the tab that brings it; empty when unknown */
    record ToolResult(String callId, boolean ok, Payload result, String claimant) implements Command {
        public ToolResult(String callId, boolean ok, Payload result) {
            this(callId, ok, result, "");
        }
    }

    /**
     * A runner takes a turn that nobody has, or whose runner is gone.
     *
     * @param expectedEpoch the epoch the claimer saw; another one means that somebody was faster
     * @param expectedBeat the renewal counter it saw standing still
     */
    record Claim(String turn, int expectedEpoch, long expectedBeat, Runner runner) implements Command {}

    /** @param batchNo 1, 2, 3 ... within the epoch; a repetition is answered like the first */
    record Produce(String turn, int runEpoch, long batchNo, List<Output> outputs) implements Command {
        public Produce {
            outputs = List.copyOf(outputs);
        }
    }

    record Renew(String turn, int runEpoch) implements Command {}

    /** What another side of a split may have done already is not done again: these calls, where still open, end in doubt. */
    record Doubt(List<String> calls) implements Command {
        public Doubt {
            calls = List.copyOf(calls);
        }
    }

    /** Ends whatever is past its deadline at the envelope's time. */
    record Expire() implements Command {}
}
