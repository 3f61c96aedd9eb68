package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who is here, for a tab that asked: what changed, or with {@code full} everything.
 *
 * @param left those who left, in a full one before; without a user, a tab that is only off the list or an agent whose turn ended
 * @param more how many are here that are not listed
 * @param partial some node did not answer in time; only where it was {@linkplain SessionmeshHttp#presence asked for}
 */
public record Presence(
        String session, boolean full, List<Attendee> here, List<Departed> left, int more, boolean partial)
        implements Frame.Signal {

    public Presence {
        here = List.copyOf(here);
        left = List.copyOf(left);
    }

    /**
     * A tab that follows the session, or an agent that runs its turn. Times are RFC 3339.
     *
     * @param tab unique in the mesh; of an agent, the id of its turn
     * @param kind {@code person} or {@code agent}; a newer server may know more
     * @param read the last seq that was read; 0: none
     */
    public record Attendee(
            String tab,
            String user,
            String kind,
            Optional<String> device,
            Optional<String> joinedAt,
            Optional<String> lastSeenAt,
            boolean typing,
            Optional<String> focus,
            Optional<String> status,
            long read) {}

    /** A device of a user that was here. */
    public record Departed(
            String tab, Optional<String> user, Optional<String> device, Optional<String> lastSeenAt, long read) {}

    static Presence read(JsonObject json) {
        return new Presence(
                json.getString("session", ""),
                json.getBoolean("full", Boolean.FALSE),
                objects(json, "here").map(Presence::attendee).toList(),
                objects(json, "left").map(Presence::departed).toList(),
                json.getInteger("more", 0),
                FrameReader.flag(json, "partial"));
    }

    private static Stream<JsonObject> objects(JsonObject json, String field) {
        return json.getJsonArray(field, new JsonArray()).stream().map(JsonObject.class::cast);
    }

    private static Attendee attendee(JsonObject json) {
        return new Attendee(
                FrameReader.text(json, "tab"),
                FrameReader.text(json, "user"),
                json.getString("kind", "person"),
                FrameReader.maybe(json, "device"),
                FrameReader.maybe(json, "joinedAt"),
                FrameReader.maybe(json, "lastSeenAt"),
                json.getBoolean("typing", Boolean.FALSE),
                FrameReader.maybe(json, "focus"),
                FrameReader.maybe(json, "status"),
                json.getLong("read", 0L));
    }

    private static Departed departed(JsonObject json) {
        return new Departed(
                FrameReader.text(json, "tab"),
                FrameReader.maybe(json, "user"),
                FrameReader.maybe(json, "device"),
                FrameReader.maybe(json, "lastSeenAt"),
                json.getLong("read", 0L));
    }
}
