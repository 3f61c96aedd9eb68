package dev.sessionmesh.access.quota;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a tenant has and does. What is counted on the way is counted since the node started, or since it forgot a tenant that was silent for long.
 *
 * @param sessions that there are
 * @param connections WebSockets and event streams
 * @param requests by HTTP that were let through, handshakes included
 * @param commands frames and commands by HTTP that were let through
 * @param sessionsMade requests to make one that were let through
 * @param bytes of frames and bodies that were let through
 * @param limited how often it was refused more, by {@link Use#label}
 */
public record Usage(
        long sessions,
        long connections,
        long requests,
        long commands,
        long sessionsMade,
        long bytes,
        Map<String, Long> limited) {
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, Map.of());

    public Usage {
        limited = Map.copyOf(limited);
    }

    Usage withSessions(long there) {
        return new Usage(there, connections, requests, commands, sessionsMade, bytes, limited);
    }

    public Usage plus(Usage other) {
        Map<String, Long> both = new TreeMap<>(limited);
        other.limited.forEach((use, times) -> both.merge(use, times, Long::sum));
        return new Usage(
                sessions + other.sessions,
                connections + other.connections,
                requests + other.requests,
                commands + other.commands,
                sessionsMade + other.sessionsMade,
                bytes + other.bytes,
                both);
    }

    public JsonObject toJson() {
        return new JsonObject()
                .put("sessions", sessions)
                .put("connections", connections)
                .put("requests", requests)
                .put("commands", commands)
                .put("sessionsMade", sessionsMade)
                .put("bytes", bytes)
                .put("limited", new JsonObject(new TreeMap<String, Object>(limited)));
    }

    static Usage of(JsonObject json) {
        Map<String, Long> limited = new TreeMap<>();
        JsonObject told = json.getJsonObject("limited");
        told.fieldNames().forEach(use -> limited.put(use, told.getLong(use)));
        return new Usage(
                json.getLong("sessions"),
                json.getLong("connections"),
                json.getLong("requests"),
                json.getLong("commands"),
                json.getLong("sessionsMade"),
                json.getLong("bytes"),
                limited);
    }
}
