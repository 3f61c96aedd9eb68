package dev.sessionmesh.webhook;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Webhooks as JSON: as the nodes keep them, and as their tenant sees them. */
public final class EndpointJson {
    private EndpointJson() {}

    public static String encode(Endpoint endpoint) {
        Endpoint.Health health = endpoint.health();
        return shared(endpoint)
                .put("tenant", endpoint.tenant())
                .put("incarnation", endpoint.incarnation())
                .put("since", endpoint.since())
                .put("failingSince", health.failingSince())
                .put("lastError", health.lastError())
                .put("pausedAt", health.pausedAt())
                .put("pause", health.pause().name())
                .encode();
    }

    public static Endpoint decode(String text) {
        JsonObject json = new JsonObject(text);
        return new Endpoint(
                json.getString("tenant"),
                json.getString("id"),
                json.getLong("incarnation"),
                URI.create(json.getString("url")),
                texts(json.getJsonArray("events")),
                texts(json.getJsonArray("sessions")),
                json.getString("description"),
                json.getLong("since"),
                new Endpoint.Health(
                        json.getLong("failingSince"),
                        json.getString("lastError"),
                        json.getLong("pausedAt"),
                        Endpoint.Pause.valueOf(json.getString("pause"))));
    }

    private static List<String> texts(JsonArray array) {
        return array.stream().map(String.class::cast).collect(Collectors.toList());
    }

    private static JsonObject shared(Endpoint endpoint) {
        return new JsonObject()
                .put("id", endpoint.id())
                .put("url", endpoint.url().toString())
                .put("events", new JsonArray(endpoint.events()))
                .put("sessions", new JsonArray(endpoint.sessions()))
                .put("description", endpoint.description());
    }

    /** What its tenant sees. */
    static JsonObject shown(Endpoint endpoint) {
        return withHealth(endpoint, shared(endpoint).put("createdAt", time(endpoint.since())));
    }

    /** What the operator of the node sees. */
    static JsonObject health(Endpoint endpoint) {
        return withHealth(
                endpoint, new JsonObject().put("tenant", endpoint.tenant()).put("id", endpoint.id()));
    }

    private static JsonObject withHealth(Endpoint endpoint, JsonObject shown) {
        Endpoint.Health health = endpoint.health();
        JsonObject json =
                shown.put("state", endpoint.isPaused() ? "paused" : health.failingSince() == 0 ? "ok" : "failing");
        if (health.failingSince() != 0) {
            json.put("failingSince", time(health.failingSince()));
        }
        if (endpoint.isPaused()) {
            json.put("pausedAt", time(health.pausedAt()))
                    .put("pausedBecause", health.pause().name().toLowerCase(Locale.ROOT));
        }
        return health.lastError().isEmpty() ? json : json.put("lastError", health.lastError());
    }

    private static String time(long at) {
        return Instant.ofEpochMilli(at).toString();
    }
}
