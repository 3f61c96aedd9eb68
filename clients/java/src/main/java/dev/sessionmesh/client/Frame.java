package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server sends. {@link Logged} frames are the session's log and come without a gap; {@link Signal} frames are not in it.
 * Statuses, decisions and codes stay text: a newer server may know more of them than this client.
 */
public sealed interface Frame {

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
                    Refused,
                    Detached,
                    GoAway,
                    Pong,
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

    /** A turn was accepted; {@code input} is the id of the input that it answers. */
    record TurnReceived(String session, long seq, String turn, Optional<String> input) implements Logged {}

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

    /** The agent calls a tool; {@code arguments} is any JSON value. */
    record ToolCall(
            String session,
            long seq,
            String turn,
            String callId,
            String name,
            Object arguments,
            String executor,
            String approval)
            implements Logged {}

    /** A tool call waits for a person until {@code deadline} (RFC 3339). */
    record Approval(
            String session,
            long seq,
            String turn,
            String callId,
            String name,
            Object arguments,
            Optional<String> deadline)
            implements Logged {}

    /** An approval was decided, once. */
    record ApprovalResolved(
            String session,
            long seq,
            String callId,
            String decision,
            Optional<String> by,
            Optional<String> reason,
            Optional<String> at)
            implements Logged {}

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

    /** Somebody told the running turn something. */
    record Steer(String session, long seq, String turn, String instruction, Optional<String> actor, Optional<String> id)
            implements Logged {}

    /** Whether the running turn took a steering instruction in. */
    record SteerResolved(String session, long seq, String turn, Optional<String> id, boolean consumed)
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
    record Snapshot(long seq, int messages, JsonArray turns, JsonArray approvals, JsonArray toolCalls) {}

    /** A message of a snapshot; {@code more} when the next frame continues it. */
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
            boolean more)
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
