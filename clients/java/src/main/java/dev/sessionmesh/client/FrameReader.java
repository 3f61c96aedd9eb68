package dev.sessionmesh.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;

/** JSON text to {@link Frame}. Unknown types and fields pass; a known frame with a missing or mistyped field does not. */
final class FrameReader {

    /** A frame that docs/protocol.md does not allow. */
    static final class BadFrame extends RuntimeException {
        final String what;

        BadFrame(String what) {
            super(what);
            this.what = what;
        }
    }

    private FrameReader() {}

    static JsonObject parse(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException e) {
            throw new BadFrame("not a JSON object: " + e.getMessage());
        }
    }

    static Frame read(JsonObject json) {
        try {
            return json.containsKey("seq") && !"ack".equals(json.getString("type")) ? logged(json) : signal(json);
        } catch (ClassCastException e) {
            throw new BadFrame("a field of the wrong type in a frame of type " + json.getValue("type"));
        }
    }

    private static Frame logged(JsonObject json) {
        String session = text(json, "session");
        long seq = number(json, "seq");
        String type = text(json, "type");
        return switch (type) {
            case "input" ->
                new Frame.Input(
                        session,
                        seq,
                        maybe(json, "id"),
                        text(json, "messageId"),
                        text(json, "turn"),
                        text(json, "text"),
                        blob(json),
                        maybe(json, "actor"),
                        maybe(json, "at"));
            case "turn" -> new Frame.TurnReceived(session, seq, text(json, "turn"), maybe(json, "input"));
            case "agent_status" -> agentStatus(json, session, seq);
            case "token" ->
                new Frame.Token(
                        session,
                        from(json, seq),
                        seq,
                        text(json, "messageId"),
                        text(json, "text"),
                        maybe(json, "part"),
                        maybe(json, "kind"));
            case "tool_call" ->
                new Frame.ToolCall(
                        session,
                        seq,
                        text(json, "turn"),
                        text(json, "callId"),
                        text(json, "name"),
                        any(json, "arguments"),
                        text(json, "executor"),
                        text(json, "approval"));
            case "approval" ->
                new Frame.Approval(
                        session,
                        seq,
                        text(json, "turn"),
                        text(json, "callId"),
                        text(json, "name"),
                        any(json, "arguments"),
                        maybe(json, "deadline"));
            case "approval_resolved" ->
                new Frame.ApprovalResolved(
                        session,
                        seq,
                        text(json, "callId"),
                        text(json, "decision"),
                        maybe(json, "by"),
                        maybe(json, "reason"),
                        maybe(json, "at"));
            case "tool_started" -> new Frame.ToolStarted(session, seq, text(json, "callId"));
            case "tool_result" ->
                new Frame.ToolResult(
                        session,
                        seq,
                        text(json, "callId"),
                        text(json, "status"),
                        Optional.ofNullable(json.getValue("result")),
                        maybe(json, "error"),
                        blob(json),
                        maybe(json, "by"));
            case "steer" ->
                new Frame.Steer(
                        session,
                        seq,
                        text(json, "turn"),
                        text(json, "instruction"),
                        maybe(json, "actor"),
                        maybe(json, "id"));
            case "steer_resolved" ->
                new Frame.SteerResolved(session, seq, text(json, "turn"), maybe(json, "id"), flag(json, "consumed"));
            case "history" -> new Frame.History(session, seq, text(json, "pos"));
            default -> new Frame.Unknown(session, from(json, seq), seq, type, json);
        };
    }

    private static Frame agentStatus(JsonObject json, String session, long seq) {
        return new Frame.AgentStatus(
                session,
                seq,
                text(json, "turn"),
                text(json, "status"),
                json.getLong("runEpoch", 0L),
                maybe(json, "runner"),
                flag(json, "takeover"),
                maybe(json, "code"),
                maybe(json, "reason"),
                maybe(json, "by"),
                Optional.ofNullable(json.getJsonObject("usage")));
    }

    private static Frame signal(JsonObject json) {
        String type = text(json, "type");
        return switch (type) {
            case "welcome" ->
                new Frame.Welcome(
                        (int) number(json, "protocol"),
                        text(json, "node"),
                        text(json, "connection"),
                        number(json, "heartbeatMs"),
                        json.getJsonObject("limits", new JsonObject()),
                        maybeNumber(json, "expiresInMs"));
            case "authenticated" -> new Frame.Authenticated(maybeNumber(json, "expiresInMs"));
            case "attached" -> attached(json);
            case "message" ->
                new Frame.Message(
                        text(json, "session"),
                        text(json, "messageId"),
                        text(json, "role"),
                        maybe(json, "turn"),
                        text(json, "text"),
                        blob(json),
                        maybe(json, "kind"),
                        maybe(json, "part"),
                        text(json, "status"),
                        flag(json, "more"));
            case "agent_status" -> new Frame.Recovering(text(json, "session"), text(json, "turn"));
            case "ack" ->
                new Ack(
                        text(json, "id"),
                        json.getString("session", ""),
                        number(json, "seq"),
                        flag(json, "duplicate"),
                        flag(json, "degraded"));
            case "error" ->
                new Frame.Refused(
                        text(json, "code"),
                        json.getString("message", ""),
                        maybe(json, "id"),
                        maybe(json, "session"),
                        flag(json, "retryable"),
                        json.getLong("retryAfterMs", 0L),
                        json);
            case "detached" -> new Frame.Detached(text(json, "session"));
            case "goaway" -> new Frame.GoAway(text(json, "reason"), json.getLong("withinMs", 0L));
            case "pong" -> new Frame.Pong(maybe(json, "id"));
            default -> new Frame.UnknownSignal(type, json);
        };
    }

    private static Frame.Attached attached(JsonObject json) {
        boolean resumed = flag(json, "resumed");
        JsonObject snapshot = json.getJsonObject("snapshot");
        if (!resumed && snapshot == null) {
            throw new BadFrame("attached neither resumed nor with a snapshot");
        }
        return new Frame.Attached(
                text(json, "session"),
                number(json, "head"),
                text(json, "pos"),
                resumed,
                text(json, "client"),
                maybe(json, "reason"),
                snapshot == null ? Optional.empty() : Optional.of(snapshot(snapshot)),
                maybeNumber(json, "rewindTo"));
    }

    private static Frame.Snapshot snapshot(JsonObject json) {
        return new Frame.Snapshot(
                number(json, "seq"),
                (int) number(json, "messages"),
                json.getJsonArray("turns", new JsonArray()),
                json.getJsonArray("approvals", new JsonArray()),
                json.getJsonArray("toolCalls", new JsonArray()));
    }

    private static Optional<Frame.Blob> blob(JsonObject json) {
        JsonObject blob = json.getJsonObject("blob");
        return blob == null
                ? Optional.empty()
                : Optional.of(new Frame.Blob(text(blob, "hash"), (int) number(blob, "bytes")));
    }

    private static long from(JsonObject json, long seq) {
        long from = json.getLong("from", seq);
        if (from > seq) {
            throw new BadFrame("from " + from + " lies after seq " + seq);
        }
        return from;
    }

    private static String text(JsonObject json, String field) {
        // getString would turn a number into text
        if (json.getValue(field) instanceof String value) {
            return value;
        }
        throw new BadFrame("no text " + field + " in a frame of type " + json.getValue("type"));
    }

    private static long number(JsonObject json, String field) {
        Long value = json.getLong(field);
        if (value == null) {
            throw new BadFrame("no " + field + " in a frame of type " + json.getValue("type"));
        }
        return value;
    }

    private static OptionalLong maybeNumber(JsonObject json, String field) {
        Long value = json.getLong(field);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static Object any(JsonObject json, String field) {
        Object value = json.getValue(field);
        if (value == null) {
            throw new BadFrame("no " + field + " in a frame of type " + json.getValue("type"));
        }
        return value;
    }

    private static boolean flag(JsonObject json, String field) {
        return json.getBoolean(field, Boolean.FALSE);
    }

    private static Optional<String> maybe(JsonObject json, String field) {
        return Optional.ofNullable(json.getValue(field)).map(String::valueOf);
    }
}
