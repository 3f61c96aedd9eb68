package dev.sessionmesh.client;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

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
            return json.containsKey("seq") && !"ack".equals(json.getString("type"))
                    ? EventReader.read(json)
                    : signal(json);
        } catch (ClassCastException e) {
            throw new BadFrame("a field of the wrong type in a frame of type " + json.getValue("type"));
        }
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
                        maybe(json, "actor"),
                        maybe(json, "at"),
                        maybe(json, "state"),
                        flag(json, "more"));
            case "agent_status" -> new Frame.Recovering(text(json, "session"), text(json, "turn"));
            case "tool_progress" ->
                new Frame.ToolProgress(
                        text(json, "session"),
                        text(json, "callId"),
                        json.getDouble("done", 0.0),
                        json.containsKey("total")
                                ? OptionalDouble.of(json.getDouble("total", 0.0))
                                : OptionalDouble.empty(),
                        maybe(json, "message"));
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
            case "presence" -> Presence.read(json);
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
                json.getJsonArray("toolCalls", new JsonArray()),
                json.getJsonArray("grants", new JsonArray()),
                json.getJsonArray("branches", new JsonArray()));
    }

    static Optional<Frame.Blob> blob(JsonObject json) {
        JsonObject blob = json.getJsonObject("blob");
        return blob == null
                ? Optional.empty()
                : Optional.of(new Frame.Blob(text(blob, "hash"), (int) number(blob, "bytes")));
    }

    static long from(JsonObject json, long seq) {
        long from = json.getLong("from", seq);
        if (from > seq) {
            throw new BadFrame("from " + from + " lies after seq " + seq);
        }
        return from;
    }

    static String text(JsonObject json, String field) {
        // getString would turn a number into text
        if (json.getValue(field) instanceof String value) {
            return value;
        }
        throw new BadFrame("no text " + field + " in a frame of type " + json.getValue("type"));
    }

    static long number(JsonObject json, String field) {
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

    static Object any(JsonObject json, String field) {
        Object value = json.getValue(field);
        if (value == null) {
            throw new BadFrame("no " + field + " in a frame of type " + json.getValue("type"));
        }
        return value;
    }

    static boolean flag(JsonObject json, String field) {
        return json.getBoolean(field, Boolean.FALSE);
    }

    static Optional<String> maybe(JsonObject json, String field) {
        return Optional.ofNullable(json.getValue(field)).map(String::valueOf);
    }

    static List<String> names(JsonObject json, String field) {
        JsonArray names = json.getJsonArray(field, new JsonArray());
        return IntStream.range(0, names.size()).mapToObj(names::getString).toList();
    }
}
