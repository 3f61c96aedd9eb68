package dev.sessionmesh.access.quota;

import dev.sessionmesh.core.SessionKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may use how much.
 *
 * @param tenants those that have limits of their own
 * @param others every other tenant, each for itself
 * @param users each for himself
 * @param addresses each for itself
 */
public record QuotaPlan(Map<String, Quota> tenants, Quota others, Quota users, Quota addresses) {
    public static final QuotaPlan DEFAULT = new QuotaPlan(Map.of(), Quota.TENANT, Quota.USER, Quota.ADDRESS);

    private static final int TENANTS_MOST = 10_000;
    private static final String OTHERS = "*";
    private static final Set<String> PARTS = Set.of("tenants", "users", "addresses");
    private static final Set<String> OF_TENANTS = Set.of(
            "sessions", "connections", "requestsPerSecond", "commandsPerSecond", "sessionsPerSecond", "bytesPerSecond");
    private static final Set<String> NAMES =
            Set.of("connections", "requestsPerSecond", "commandsPerSecond", "sessionsPerSecond", "bytesPerSecond");

    public QuotaPlan {
        tenants = Map.copyOf(tenants);
    }

    Quota tenant(String name) {
        return tenants.getOrDefault(name, others);
    }

    /**
     * Reads {@code {"tenants": {"*": {"connections": 100, ...}, "acme": {...}}, "users": {...}, "addresses": {...}}}. What is left out of a tenant is that of {@code *}, and
     * what is left out there, of users or of addresses the default.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public static QuotaPlan parse(Buffer file) {
        JsonObject json;
        try {
            json = new JsonObject(file);
        } catch (RuntimeException notJson) {
            throw new IllegalArgumentException("it is not a JSON object");
        }
        only(PARTS, json, "it");
        JsonObject tenants = object(json, "tenants");
        if (tenants.size() > TENANTS_MOST) {
            throw new IllegalArgumentException("it has more than " + TENANTS_MOST + " tenants");
        }
        Quota others = quota(Quota.TENANT, tenants, OTHERS, OF_TENANTS);
        Map<String, Quota> own = new HashMap<>();
        for (String tenant : tenants.fieldNames()) {
            if (!tenant.equals(OTHERS)) {
                if (!SessionKey.isValid(tenant)) {
                    throw new IllegalArgumentException("a tenant's name is 1 to 128 of A-Za-z0-9._-");
                }
                own.put(tenant, quota(others, tenants, tenant, OF_TENANTS));
            }
        }
        return new QuotaPlan(
                own, others, quota(Quota.USER, json, "users", NAMES), quota(Quota.ADDRESS, json, "addresses", NAMES));
    }

    private static Quota quota(Quota otherwise, JsonObject in, String name, Set<String> names) {
        JsonObject given = object(in, name);
        only(names, given, name);
        try {
            return otherwise.with(limit -> number(given, limit));
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(name + ": " + unfit.getMessage(), unfit);
        }
    }

    private static JsonObject object(JsonObject in, String name) {
        @Nullable Object given = in.getValue(name);
        if (given != null && !(given instanceof JsonObject)) {
            throw new IllegalArgumentException(name + " is not an object");
        }
        return given == null ? new JsonObject() : (JsonObject) given;
    }

    /** What is misspelt would be no limit. */
    private static void only(Set<String> known, JsonObject given, String whose) {
        if (!known.containsAll(given.fieldNames())) {
            throw new IllegalArgumentException(whose + " has something else than "
                    + String.join(", ", known.stream().sorted().toList()));
        }
    }

    private static OptionalInt number(JsonObject given, String name) {
        if (!given.containsKey(name)) {
            return OptionalInt.empty();
        }
        if (!(Objects.requireNonNullElse(given.getValue(name), "") instanceof Integer number)) {
            throw new IllegalArgumentException(name + " is not a whole number");
        }
        return OptionalInt.of(number);
    }
}
