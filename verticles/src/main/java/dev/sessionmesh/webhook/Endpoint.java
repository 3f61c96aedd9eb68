package dev.sessionmesh.webhook;

import dev.sessionmesh.codec.json.LifeJson;
import dev.sessionmesh.core.SessionKey;
import java.net.URI;
import java.util.List;

/**
 * A webhook as it is kept.
 *
 * @param incarnation random; tells it from an earlier one of the same id
 * @param events types of events that are delivered; empty for all
 * @param sessions ids of sessions, or beginnings of ids and {@code *}; empty for all
 * @param since events before are not delivered unless somebody asks for a replay, in epoch milliseconds
 */
public record Endpoint(
        String tenant,
        String id,
        long incarnation,
        URI url,
        List<String> events,
        List<String> sessions,
        String description,
        long since,
        Health health) {

    /**
     * What the nodes agree on about how it does.
     *
     * @param failingSince nothing was taken since then, in epoch milliseconds; 0 while it works
     * @param lastError code of the latest failure; empty when there was none
     * @param pausedAt 0 while it is not paused
     */
    public record Health(long failingSince, String lastError, long pausedAt, Pause pause) {
        public static final Health GOOD = new Health(0, "", 0, Pause.NOT);

        Health failing(long since, String error) {
            return new Health(since, error, pausedAt, pause);
        }

        Health paused(long at, Pause why, String error) {
            return new Health(failingSince, error, at, why);
        }
    }

    /** Why nothing is delivered. */
    public enum Pause {
        NOT,
        /** Somebody asked for it. */
        ASKED,
        /** The receiver said 410. */
        GONE,
        /** It failed for too long. */
        FAILING,
        /** The receiver refused the events of a session for too long. */
        REFUSED
    }

    public Endpoint {
        events = List.copyOf(events);
        sessions = List.copyOf(sessions);
    }

    boolean isPaused() {
        return health.pause() != Pause.NOT;
    }

    boolean wantsSession(String session) {
        return sessions.isEmpty() || sessions.stream().anyMatch(pattern -> matches(pattern, session));
    }

    boolean wantsType(String type) {
        return events.isEmpty() || events.stream().anyMatch(pattern -> matches(pattern, type));
    }

    boolean wants(SessionKey key) {
        return tenant.equals(key.tenant()) && wantsSession(key.id());
    }

    /** Whether it is to be told that a session was deleted. */
    boolean mourns(SessionKey key, long deletedAt) {
        return wants(key) && deletedAt >= since && wantsType(LifeJson.DELETED);
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }

    Endpoint with(Health other) {
        return new Endpoint(tenant, id, incarnation, url, events, sessions, description, since, other);
    }

    Endpoint with(EndpointForm form) {
        return new Endpoint(
                tenant, id, incarnation, form.url(), form.events(), form.sessions(), form.description(), since, health);
    }

    boolean says(EndpointForm form) {
        return equals(with(form));
    }

    /** Unique among all tenants. */
    String key() {
        return tenant + "/" + id;
    }

    /** Not its address, which may hold a secret. */
    @Override
    public String toString() {
        return "webhook " + key();
    }
}
