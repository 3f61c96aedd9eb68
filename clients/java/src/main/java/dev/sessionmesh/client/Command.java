package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a tab may ask of its session. The client adds session and id. */
public sealed interface Command {

    /** What happens with an input while a turn runs; a turn that is done again takes the first three. */
    enum InputPolicy {
        ENQUEUE,
        REJECT,
        INTERRUPT,
        ROLLBACK,
        MERGE,
        LATEST,
        STEER;

        /** The word that stands for it in frames. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What became of a call in doubt. */
    enum Verdict {
        OK,
        ERROR,
        /** It had no effect: run it again. */
        RETRY
    }

    /** A message of a person; without a policy the session's own counts. */
    record Input(String text, Optional<InputPolicy> policy) implements Command {}

    /** A turn is done again with other words, on a branch beside it. */
    record Edit(String turn, String text, Optional<InputPolicy> policy) implements Command {}

    /** A turn is done again with the same words, on a branch beside it. */
    record Regenerate(String turn, Optional<InputPolicy> policy) implements Command {}

    /** The conversation goes on with the branch of this turn. */
    record SelectBranch(String turn) implements Command {}

    /** A waiting turn runs before another one, or last. */
    record Reorder(String turn, Optional<String> before) implements Command {}

    /** A waiting turn is taken back. */
    record Withdraw(String turn) implements Command {}

    /**
     * Approves pending tool calls, all of them or none; the first decision wins.
     *
     * @param arguments other arguments, any JSON value, for a single call
     * @param argumentsHash what the decision is about; changed meanwhile, it is refused
     * @param remember whether further calls of the tool in this session are approved, too
     */
    record Approve(List<String> callIds, Optional<Object> arguments, Optional<String> argumentsHash, boolean remember)
            implements Command {
        public Approve {
            callIds = List.copyOf(callIds);
        }

        public Approve(String callId) {
            this(List.of(callId), Optional.empty(), Optional.empty(), false);
        }
    }

    /** Rejects pending tool calls, all of them or none. */
    record Reject(List<String> callIds, String reason, Optional<String> argumentsHash) implements Command {
        public Reject {
            callIds = List.copyOf(callIds);
        }

        public Reject(String callId, String reason) {
            this(List.of(callId), reason, Optional.empty());
        }
    }

    /** Another user may decide as well. */
    record Delegate(String callId, String to) implements Command {}

    /** Further calls of a tool need approvals again. */
    record RevokeGrant(String grant) implements Command {}

    /** Says what became of a call in doubt; {@code result} is any JSON value with OK, a text with ERROR, nothing with RETRY. */
    record Settle(String callId, Verdict verdict, Optional<Object> result) implements Command {}

    /** Cancels a turn; without one the running turn. */
    record Cancel(Optional<String> turn) implements Command {}

    /** Tells a turn something while it works; without one the running turn. */
    record Steer(String instruction, Optional<String> turn) implements Command {}

    /** Takes a front-end call for the tab of this client id, on this class of devices. */
    record ClaimTool(String callId, String claimant, Optional<String> device) implements Command {}

    /** The tab still works on it. */
    record BeatTool(String callId, String claimant) implements Command {}

    /** The tab gives it back. */
    record ReleaseTool(String callId, String claimant) implements Command {}

    /** The result of a front-end tool call, any JSON value; the first result wins. */
    record ToolResult(String callId, Object result, Optional<String> claimant) implements Command {
        public ToolResult(String callId, Object result) {
            this(callId, result, Optional.empty());
        }
    }

    /** A front-end tool call failed. */
    record ToolError(String callId, String error, Optional<String> claimant) implements Command {
        public ToolError(String callId, String error) {
            this(callId, error, Optional.empty());
        }
    }

    /** The command's own fields as they go over the wire, without session and id. */
    default JsonObject wire() {
        return CommandWire.of(this);
    }
}
