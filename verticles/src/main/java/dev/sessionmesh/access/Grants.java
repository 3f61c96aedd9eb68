package dev.sessionmesh.access;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access.Action;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which sessions of a tenant somebody may do what with. Several patterns may name a session: what any of them grants is granted.
 *
 * @param actions by pattern: a session's id, or the beginning of ids and {@code *}
 */
record Grants(Map<String, Set<Action>> actions) {
    static final int PATTERNS_MOST = 100;
    static final Grants NONE = new Grants(Map.of());
    private static final String ANY = "*";

    Grants {
        actions = Map.copyOf(actions);
    }

    /** Asked of every connection four times a second: it leaves nothing to collect. */
    boolean permit(String session, Action action) {
        for (Map.Entry<String, Set<Action>> grant : actions.entrySet()) {
            if (grant.getValue().contains(action) && matches(grant.getKey(), session)) {
                return true;
            }
        }
        return false;
    }

    /** Of every session that there is or may be. */
    boolean permitEverywhere(Action action) {
        return actions.getOrDefault(ANY, Set.of()).contains(action);
    }

    private static boolean matches(String pattern, String session) {
        return pattern.endsWith(ANY)
                ? session.regionMatches(0, pattern, 0, pattern.length() - 1)
                : session.equals(pattern);
    }

    /**
     * Reads {@code {"PATTERN": ["read", ...], "PATTERN": "*"}}.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    static Grants parse(JsonObject json) {
        if (json.size() > PATTERNS_MOST) {
            throw new IllegalArgumentException("sessions has more than " + PATTERNS_MOST + " patterns");
        }
        Map<String, Set<Action>> actions = new LinkedHashMap<>();
        for (String pattern : json.fieldNames()) {
            String id = pattern.endsWith(ANY) ? pattern.substring(0, pattern.length() - 1) : pattern;
            if (!pattern.equals(ANY) && !SessionKey.isValid(id)) {
                throw new IllegalArgumentException(
                        "sessions has a pattern that is neither an id nor a beginning and *");
            }
            actions.put(pattern, actions(json.getValue(pattern)));
        }
        return new Grants(actions);
    }

    private static Set<Action> actions(Object given) {
        if (ANY.equals(given)) {
            return EnumSet.allOf(Action.class);
        }
        if (!(given instanceof JsonArray list)) {
            throw new IllegalArgumentException("sessions must give each pattern a list of actions, or \"*\"");
        }
        return list.stream().map(Grants::action).collect(Collectors.toUnmodifiableSet());
    }

    private static Action action(Object name) {
        for (Action action : Action.values()) {
            if (name(action).equals(name)) {
                return action;
            }
        }
        throw new IllegalArgumentException("sessions grants an action other than read, write, approve, run and admin");
    }

    private static String name(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject();
        actions.forEach((pattern, granted) -> json.put(
                pattern,
                new JsonArray(granted.stream().map(Grants::name).sorted().toList())));
        return json;
    }
}
