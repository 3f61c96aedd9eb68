package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A back end's address to which events of sessions are posted (docs/webhooks.md).
 *
 * @param events types of frames, or their beginnings and {@code *}; empty: all
 * @param sessions ids of sessions, or their beginnings and {@code *}; empty: all
 * @param createdAt RFC 3339
 * @param state {@code ok}, {@code failing} or {@code paused}
 * @param failingSince RFC 3339
 * @param pausedBecause {@code asked}, {@code gone}, {@code failing} or {@code refused}
 * @param lastError {@code http_} and the status, {@code timeout}, {@code not_reached}, ...
 * @param health how it does; only where one webhook was asked for
 */
public record Webhook(
        String id,
        URI url,
        List<String> events,
        List<String> sessions,
        String description,
        String createdAt,
        String state,
        Optional<String> failingSince,
        Optional<String> pausedAt,
        Optional<String> pausedBecause,
        Optional<String> lastError,
        Optional<Health> health) {

    public Webhook {
        events = List.copyOf(events);
        sessions = List.copyOf(sessions);
    }

    /**
     * What was delivered since each node started, of the nodes that answered.
     *
     * @param deliveries requests that were taken
     * @param failures requests that were not
     * @param sessionsBehind how many sessions have something to deliver now
     */
    public record Health(
            long deliveries, long eventsDelivered, long failures, long sessionsBehind, int nodes, int nodesAnswered) {}

    /**
     * A webhook to be.
     *
     * @param id 1-128 characters of {@code A-Za-z0-9._-}; empty: the server chooses one
     * @param url {@code https}, with neither a user nor a fragment
     * @param events as of a webhook
     * @param sessions as of a webhook
     */
    public record Draft(
            Optional<String> id, URI url, List<String> events, List<String> sessions, Optional<String> description) {
        public Draft {
            events = List.copyOf(events);
            sessions = List.copyOf(sessions);
        }

        /** For all events of all sessions. */
        public static Draft of(String id, URI url) {
            return new Draft(Optional.of(id), url, List.of(), List.of(), Optional.empty());
        }

        JsonObject wire() {
            JsonObject draft = new JsonObject();
            id.ifPresent(name -> draft.put("id", name));
            draft.put("url", url.toString())
                    .put("events", new JsonArray(events))
                    .put("sessions", new JsonArray(sessions));
            description.ifPresent(text -> draft.put("description", text));
            return draft;
        }
    }

    static Webhook of(JsonObject json) {
        return new Webhook(
                FrameReader.text(json, "id"),
                url(FrameReader.text(json, "url")),
                FrameReader.names(json, "events"),
                FrameReader.names(json, "sessions"),
                json.getString("description", ""),
                FrameReader.text(json, "createdAt"),
                FrameReader.text(json, "state"),
                FrameReader.maybe(json, "failingSince"),
                FrameReader.maybe(json, "pausedAt"),
                FrameReader.maybe(json, "pausedBecause"),
                FrameReader.maybe(json, "lastError"),
                json.containsKey("nodes") ? Optional.of(health(json)) : Optional.empty());
    }

    private static URI url(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new FrameReader.BadFrame("no address: " + e.getMessage());
        }
    }

    private static Health health(JsonObject json) {
        return new Health(
                json.getLong("deliveries", 0L),
                json.getLong("eventsDelivered", 0L),
                json.getLong("failures", 0L),
                json.getLong("sessionsBehind", 0L),
                json.getInteger("nodes", 0),
                json.getInteger("nodesAnswered", 0));
    }
}
