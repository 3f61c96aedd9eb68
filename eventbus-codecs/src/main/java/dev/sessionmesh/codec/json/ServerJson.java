package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.SessionKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The frames that are not in the log, and the documents around frames. All of them are UTF-8. */
public final class ServerJson {
    public static final int PROTOCOL = 1;

    private ServerJson() {}

    /** Why a client is asked to go elsewhere. */
    public enum Leaving {
        DRAINING("draining"),
        RESTARTING("restarting"),
        /** The node is cut off from the majority: elsewhere there may be one that takes writes. */
        NO_QUORUM("no_quorum");

        private final String wire;

        Leaving(String wire) {
            this.wire = wire;
        }
    }

    /** @param expiresInMs how long the client's credential is good for; empty: until it is taken back */
    public static byte[] welcome(String node, String connection, Limits limits, OptionalLong expiresInMs) {
        JsonSink out = frame("welcome")
                .field("protocol", PROTOCOL)
                .field("node", node)
                .field("connection", connection)
                .field("heartbeatMs", limits.heartbeat().toMillis());
        expiresInMs.ifPresent(millis -> out.field("expiresInMs", millis));
        out.name("limits")
                .object()
                .field("frameBytes", limits.frameBytes())
                .field("inlineBytes", limits.inlineBytes())
                .field("blobBytes", limits.blobBytes())
                .field("sessionsPerConnection", limits.sessionsPerConnection())
                .field("commandsPerSecond", limits.commandsPerSecond())
                .field("commandsInFlight", limits.commandsInFlight())
                .field("toolClaimMs", limits.toolClaim().toMillis())
                .endObject();
        return out.endObject().toBytes();
    }

    /** @param seq the first event of the command; 0 when it has none, or they are no longer known */
    public static byte[] ack(SessionKey key, String id, long seq, boolean duplicate, boolean degraded) {
        return frame("ack")
                .field("id", id)
                .field("session", key.id())
                .field("seq", seq)
                .optional("duplicate", duplicate)
                .optional("degraded", degraded)
                .endObject()
                .toBytes();
    }

    /**
     * @param id of the command it answers
     * @param details further fields by code
     * @param retryAfterMs 0: as the client likes
     */
    public static byte[] error(
            ErrorCode code,
            String message,
            Optional<String> id,
            Optional<String> session,
            Map<String, String> details,
            long retryAfterMs) {
        JsonSink out = frame("error");
        problem(out, code, message, details, retryAfterMs);
        id.ifPresent(known -> out.field("id", known));
        session.ifPresent(known -> out.field("session", known));
        return out.endObject().toBytes();
    }

    /** The body of an HTTP answer that refuses. */
    public static byte[] httpError(ErrorCode code, String message, Map<String, String> details, long retryAfterMs) {
        JsonSink out = new JsonSink().object().name("error").object();
        problem(out, code, message, details, retryAfterMs);
        return out.endObject().endObject().toBytes();
    }

    public static byte[] detached(SessionKey key) {
        return frame("detached").field("session", key.id()).endObject().toBytes();
    }

    public static byte[] goaway(Leaving reason, long withinMs) {
        return frame("goaway")
                .field("reason", reason.wire)
                .field("withinMs", withinMs)
                .endObject()
                .toBytes();
    }

    public static byte[] pong(Optional<String> id) {
        JsonSink out = frame("pong");
        id.ifPresent(known -> out.field("id", known));
        return out.endObject().toBytes();
    }

    /** A newer token was found good. */
    public static byte[] authenticated(Optional<String> id, OptionalLong expiresInMs) {
        JsonSink out = frame("authenticated");
        id.ifPresent(known -> out.field("id", known));
        expiresInMs.ifPresent(millis -> out.field("expiresInMs", millis));
        return out.endObject().toBytes();
    }

    /** The turn's runner was lost; another will take over. */
    public static byte[] recovering(SessionKey key, String turn) {
        return frame("agent_status")
                .field("session", key.id())
                .field("turn", turn)
                .field("status", "recovering")
                .endObject()
                .toBytes();
    }

    /**
     * How far a server-side tool says it is.
     *
     * @param total 0 when it is not known
     * @param message may be empty
     */
    public static byte[] toolProgress(SessionKey key, String callId, double done, double total, String message) {
        JsonSink out = frame("tool_progress").field("session", key.id()).field("callId", callId);
        number(out.name("done"), done);
        if (total > 0) {
            number(out.name("total"), total);
        }
        return out.optional("message", message).endObject().toBytes();
    }

    private static void number(JsonSink out, double value) {
        if (!Double.isFinite(value)) {
            out.number(0);
        } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.number((long) value);
        } else {
            out.raw(Double.toString(value));
        }
    }

    /** The answer to a command that came by HTTP. */
    public static byte[] accepted(String id, long seq, boolean duplicate, boolean degraded) {
        return new JsonSink()
                .object()
                .field("id", id)
                .field("seq", seq)
                .optional("duplicate", duplicate)
                .optional("degraded", degraded)
                .endObject()
                .toBytes();
    }

    /** A page of a log. */
    public static byte[] events(List<byte[]> frames, long head) {
        JsonSink out = new JsonSink(
                64 + frames.stream().mapToInt(frame -> frame.length + 1).sum());
        out.object().name("events").array();
        frames.forEach(out::raw);
        return out.endArray().field("head", head).endObject().toBytes();
    }

    /** @param next where the next page begins; empty on the last one */
    public static byte[] sessions(List<String> ids, Optional<String> next) {
        JsonSink out = new JsonSink().object().name("sessions").array();
        ids.forEach(id -> out.object().field("id", id).endObject());
        out.endArray();
        next.ifPresent(after -> out.field("next", after));
        return out.endObject().toBytes();
    }

    private static void problem(
            JsonSink out, ErrorCode code, String message, Map<String, String> details, long retryAfterMs) {
        out.field("code", code.wire()).field("message", message).field("retryable", code.retryable());
        if (retryAfterMs > 0) {
            out.field("retryAfterMs", retryAfterMs);
        }
        new TreeMap<>(details).forEach((name, value) -> out.foreignName(name).text(value));
    }

    private static JsonSink frame(String type) {
        return new JsonSink().object().field("type", type);
    }
}
