package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a server sends. {@link Logged} frames are the session's log and come without a gap; {@link Signal} frames are not in it.
 * Statuses, decisions and codes stay text: a newer server may know more of them than this client.
 */
public sealed interface Frame {

    /**
     * Reads a frame, such as one that was kept.
     *
     * @throws IllegalArgumentException when it is none that docs/protocol.md allows
     */
    static Frame read(String json) {
        try {
            return FrameReader.read(FrameReader.parse(json));
        } catch (FrameReader.BadFrame bad) {
            throw new IllegalArgumentException(bad.what, bad);
        }
    }

    /** One event of the log, or several consecutive ones in one frame. */
    sealed interface Logged extends Frame {
        String session();

        /** The place of the last event in this frame. */
        long seq();

        /** The place of its first event. */
        default long from() {
            return seq();
        }
    }

    /** A frame that is not in the log. */
    sealed interface Signal extends Frame
            permits Ack,
                    Welcome,
                    Authenticated,
                    Attached,
                    Message,
                    Recovering,
                    ToolProgress,
                    Refused,
                    Detached,
                    GoAway,
                    Pong,
                    Presence,
                    UnknownSignal {}

    /**
     * A payload that is too long for the log; {@link SessionmeshHttp#blob} fetches it. In place of arguments or a result it comes as a
     * JSON object whose only field is {@code blob}.
     *
     * @param hash SHA-256 of its UTF-8 bytes, in hex
     */
    record Blob(String hash, int bytes) {}

    /** A message of a person; {@code blob} is where its text lies when {@code text} is empty; {@code id} is the idempotency key of the command behind it. */
    record Input(
            String session,
            long seq,
            Optional<String> id,
            String messageId,
            String turn,
            String text,
            Optional<Blob> blob,
            Optional<String> actor,
            Optional<String> at)
            implements Logged {}

    /**
     * A turn was accepted.
     *
     * @param input the id of the command that asked for it
     * @param replaces the turn in whose place it stands, on another branch
     * @param regenerates whether it answers that turn's words; otherwise it has its own
     */
    record TurnReceived(
            String session,
            long seq,
            String turn,
            Optional<String> input,
            Optional<String> by,
            Optional<String> replaces,
            boolean regenerates)
            implements Logged {}

    /** What waits, in the order in which it will run. */
    record QueueReordered(String session, long seq, List<String> turns, Optional<String> by) implements Logged {
        public QueueReordered {
            turns = List.copyOf(turns);
        }
    }

    /** A turn that has ended is no part of the conversation any more. */
    record TurnRetracted(String session, long seq, String turn, Optional<String> by) implements Logged {}

    /** The conversation goes on with the branch of this turn. */
    record BranchSelected(String session, long seq, String turn, Optional<String> by) implements Logged {}

    /** A run of the model ended, and another one of the same turn follows. */
    record StepEnded(String session, long seq, String turn, long step, Optional<JsonObject> usage) implements Logged {}

    /** What a message says is void: the step that said it is tried again. */
    record MessageSuperseded(String session, long seq, String turn, String messageId) implements Logged {}

    /** A turn's status changed; {@code runEpoch} is 0 when the frame names none. */
    record AgentStatus(
            String session,
            long seq,
            String turn,
            String status,
            long runEpoch,
            Optional<String> runner,
            boolean takeover,
            Optional<String> code,
            Optional<String> reason,
            Optional<String> by,
            Optional<JsonObject> usage)
            implements Logged {}

    /** Text of an assistant message: the events {@code from} to {@code seq}; plain text unless {@code kind} says otherwise. */
    record Token(
            String session,
            long from,
            long seq,
            String messageId,
            String text,
            Optional<String> part,
            Optional<String> kind)
            implements Logged {}

    /** Whose tab may execute a front-end call; {@code user} may be {@code asker}. */
    record Target(Optional<String> user, Optional<String> device) {
        public static final Target ANY = new Target(Optional.empty(), Optional.empty());
    }

    /** The agent calls a tool; {@code arguments} is any JSON value. */
    record ToolCall(
            String session,
            long seq,
            String turn,
            String callId,
            String name,
            Object arguments,
            String executor,
            String approval,
            Target target)
            implements Logged {}

    /**
     * Who may decide about a call.
     *
     * @param argumentsHash SHA-256 of the arguments; a decision that names it is about these arguments and no others; empty when not
     *     told
     * @param approvers {@code user:NAME} or {@code role:NAME}; empty: whoever may approve
     * @param separateDuty whether {@code askedBy} may not decide
     */
    record Terms(
            String argumentsHash,
            Optional<String> reason,
            Optional<String> askedBy,
            int needed,
            List<String> approvers,
            boolean separateDuty,
            Optional<String> onExpiry) {
        public Terms {
            approvers = List.copyOf(approvers);
        }
    }

    /** A tool call waits for a person until {@code deadline} (RFC 3339). */
    record Approval(
            String session,
            long seq,
            String turn,
            String callId,
            String name,
            Object arguments,
            Terms terms,
            Optional<String> deadline,
            Optional<String> escalateAt)
            implements Logged {}

    /** One of several people that are needed approved. */
    record ApprovalVoted(
            String session,
            long seq,
            String callId,
            Optional<String> by,
            int approvals,
            int needed,
            Optional<String> at)
            implements Logged {}

    /** Whoever decides wants other arguments; earlier votes are void. */
    record ApprovalEdited(
            String session, long seq, String callId, Optional<String> by, Object arguments, String argumentsHash)
            implements Logged {}

    /** {@code to} may decide as well. */
    record ApprovalDelegated(String session, long seq, String callId, Optional<String> by, String to)
            implements Logged {}

    /** It still waits; {@code no} is 1, 2, 3 ... */
    record ApprovalReminded(String session, long seq, String callId, int no) implements Logged {}

    /** It waited too long: these ({@code user:NAME} or {@code role:NAME}) may decide as well. */
    record ApprovalEscalated(String session, long seq, String callId, List<String> to) implements Logged {
        public ApprovalEscalated {
            to = List.copyOf(to);
        }
    }

    /** An approval was decided, once; by a {@code grant} when no person did. */
    record ApprovalResolved(
            String session,
            long seq,
            String callId,
            String decision,
            Optional<String> by,
            Optional<String> reason,
            Optional<String> at,
            Optional<String> grant)
            implements Logged {}

    /** Further calls of a tool need no approval in this session. */
    record ToolGranted(String session, long seq, String grant, String tool, Optional<String> by) implements Logged {}

    /** They do again. */
    record GrantRevoked(String session, long seq, String grant, Optional<String> by) implements Logged {}

    /** A tab, known by its client id, executes a front-end call; {@code claim} counts how often the call was taken. */
    record ToolClaimed(
            String session,
            long seq,
            String callId,
            Optional<String> by,
            String claimant,
            int claim,
            Optional<String> deadline)
            implements Logged {}

    /** It does not any more, and the call is offered again: {@code released} by the tab itself, or {@code expired}. */
    record ToolReleased(String session, long seq, String callId, int claim, String reason) implements Logged {}

    /** A call had begun when its runner was lost: a person has to settle it. */
    record ToolDoubted(String session, long seq, String callId, Optional<String> deadline) implements Logged {}

    /** It is run again. */
    record ToolRetried(String session, long seq, String callId, Optional<String> by) implements Logged {}

    /** A server-side tool began; from here on it is never silently run again. */
    record ToolStarted(String session, long seq, String callId) implements Logged {}

    /** A tool call ended. */
    record ToolResult(
            String session,
            long seq,
            String callId,
            String status,
            Optional<Object> result,
            Optional<String> error,
            Optional<Blob> blob,
            Optional<String> by)
            implements Logged {}

    /** Somebody told the running turn something; {@code input} is the input that it was when a policy made it an instruction. */
    record Steer(
            String session,
            long seq,
            String turn,
            String steerId,
            String instruction,
            Optional<String> actor,
            Optional<String> input)
            implements Logged {}

    /** Whether the running turn took a steering instruction in, and the run of the model that heard it, from 1. */
    record SteerResolved(String session, long seq, String turn, String steerId, boolean consumed, OptionalInt step)
            implements Logged {}

    /** The log goes on under another history, from this event on: {@code pos} names it from now on. */
    record History(String session, long seq, String pos) implements Logged {}

    /** An event of a type that this client does not know: it still advances the position. */
    record Unknown(String session, long from, long seq, String type, JsonObject json) implements Logged {}

    /** The first frame of a connection; {@code expiresInMs} is how long its token is good for, absent when that is for ever. */
    record Welcome(
            int protocol, String node, String connection, long heartbeatMs, JsonObject limits, OptionalLong expiresInMs)
            implements Signal {}

    /** The server took a newer token, which the tab sent by itself. */
    record Authenticated(OptionalLong expiresInMs) implements Signal {}

    /** The answer to {@code attach}: what follows continues the position asked for, or a snapshot comes first. */
    record Attached(
            String session,
            long head,
            String pos,
            boolean resumed,
            String client,
            Optional<String> reason,
            Optional<Snapshot> snapshot,
            OptionalLong rewindTo)
            implements Signal {}

    /** The folded session at {@code seq}; {@code messages} frames of type {@link Message} follow. */
    record Snapshot(
            long seq,
            int messages,
            JsonArray turns,
            JsonArray approvals,
            JsonArray toolCalls,
            JsonArray grants,
            JsonArray branches) {}

    /** A message of a snapshot; {@code more} when the next frame continues it; {@code state} is how far the turn of a person's message got. */
    record Message(
            String session,
            String messageId,
            String role,
            Optional<String> turn,
            String text,
            Optional<Blob> blob,
            Optional<String> kind,
            Optional<String> part,
            String status,
            Optional<String> actor,
            Optional<String> at,
            Optional<String> state,
            boolean more)
            implements Signal {}

    /** What a server-side tool says of its progress; some of it may be lost. {@code total} is in the unit of {@code done}. */
    record ToolProgress(String session, String callId, double done, OptionalDouble total, Optional<String> message)
            implements Signal {}

    /** The runner of a turn was lost; another will take over. */
    record Recovering(String session, String turn) implements Signal {}

    /** A refusal. {@code id} names the command it answers; {@code details} is the frame as it came. */
    record Refused(
            String code,
            String message,
            Optional<String> id,
            Optional<String> session,
            boolean retryable,
            long retryAfterMs,
            JsonObject details)
            implements Signal {}

    /** The session is no longer followed. */
    record Detached(String session) implements Signal {}

    /** Open another connection elsewhere within {@code withinMs}, then close this one. */
    record GoAway(String reason, long withinMs) implements Signal {}

    /** The answer to {@code ping}. */
    record Pong(Optional<String> id) implements Signal {}

    /** A signal of a type that this client does not know. */
    record UnknownSignal(String type, JsonObject json) implements Signal {}
}
