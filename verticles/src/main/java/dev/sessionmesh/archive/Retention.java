package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How long sleeping sessions are kept, and in what form. Those in memory always are. A session may ask to be kept shorter than its tenant's are and never
 * longer: whoever may make one could have it kept for ever.
 *
 * @param others rules for tenants that have none of their own
 */
public record Retention(Rules others, Map<String, Rules> tenants) {
    public static final Retention FOR_EVER = of(Rules.NONE);

    private static final int TENANTS_MOST = 10_000;

    public Retention {
        tenants = Map.copyOf(tenants);
    }

    /**
     * What is kept of one tenant.
     *
     * @param age since its last event, after which a session is erased; zero: never
     * @param sessions that may sleep; beyond that those are erased that changed longest ago; 0: any number
     * @param bytes that the logs of its sleeping sessions may take, each for itself counted as archived; beyond that those are erased that changed longest
     *     ago; 0: any number
     * @param compact since its last event, after which a session's tokens are folded; zero: never
     */
    public record Rules(Duration age, int sessions, long bytes, Duration compact) {
        public static final Rules NONE = new Rules(Duration.ZERO, 0, 0, Duration.ZERO);

        public static final int DAYS_MAX = 36_500;
        public static final int SESSIONS_MAX = 1_000_000_000;
        public static final int MEGABYTES_MAX = 1_000_000_000;

        private static final int SHIFT = 20;
        private static final Set<String> NAMES = Set.of("keepDays", "keepSessions", "keepMegabytes", "compactDays");

        /**
         * @param megabytes of 1,048,576 bytes
         * @throws IllegalArgumentException naming what is out of bounds
         */
        public static Rules of(int days, int sessions, int megabytes, int compactDays) {
            return new Rules(
                    Duration.ofDays(within("keepDays", days, DAYS_MAX)),
                    within("keepSessions", sessions, SESSIONS_MAX),
                    (long) within("keepMegabytes", megabytes, MEGABYTES_MAX) << SHIFT,
                    Duration.ofDays(within("compactDays", compactDays, DAYS_MAX)));
        }

        boolean countsSessions() {
            return sessions > 0 || bytes > 0;
        }

        private static int within(String name, int given, int most) {
            if (given < 0 || given > most) {
                throw new IllegalArgumentException(name + " must be 0 to " + most + ", not " + given);
            }
            return given;
        }

        private Rules with(String tenant, JsonObject given) {
            if (!NAMES.containsAll(given.fieldNames())) {
                throw new IllegalArgumentException(tenant + " has something else than "
                        + String.join(", ", NAMES.stream().sorted().toList()));
            }
            try {
                return of(
                        number(given, "keepDays", (int) age.toDays()),
                        number(given, "keepSessions", sessions),
                        number(given, "keepMegabytes", (int) (bytes >> SHIFT)),
                        number(given, "compactDays", (int) compact.toDays()));
            } catch (IllegalArgumentException unfit) {
                throw new IllegalArgumentException(tenant + ": " + unfit.getMessage(), unfit);
            }
        }

        private static int number(JsonObject given, String name, int otherwise) {
            if (!given.containsKey(name)) {
                return otherwise;
            }
            if (!(Objects.requireNonNullElse(given.getValue(name), "") instanceof Integer number)) {
                throw new IllegalArgumentException(name + " is not a whole number");
            }
            return number;
        }
    }

    /** The same rules for all. */
    public static Retention of(Rules all) {
        return new Retention(all, Map.of());
    }

    /** What is kept of this tenant. */
    Rules of(String tenant) {
        return tenants.getOrDefault(tenant, others);
    }

    /**
     * Reads {@code {"tenants": {"acme": {"keepDays": 30, "keepSessions": 1000, "keepMegabytes": 500, "compactDays": 7}}}}. What is left out of a tenant is as for the
     * others.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public static Retention parse(Buffer file, Rules others) {
        JsonObject json;
        try {
            json = new JsonObject(file);
        } catch (RuntimeException notJson) {
            throw new IllegalArgumentException("it is not a JSON object");
        }
        if (!Set.of("tenants").containsAll(json.fieldNames())) {
            throw new IllegalArgumentException("it has something else than tenants");
        }
        if (!(json.getValue("tenants", new JsonObject()) instanceof JsonObject given)) {
            throw new IllegalArgumentException("tenants is not an object");
        }
        if (given.size() > TENANTS_MOST) {
            throw new IllegalArgumentException("it has more than " + TENANTS_MOST + " tenants");
        }
        Map<String, Rules> tenants = new HashMap<>();
        for (Map.Entry<String, Object> entry : given) {
            if (!SessionKey.isValid(entry.getKey())) {
                throw new IllegalArgumentException("a tenant's name is 1 to 128 of A-Za-z0-9._-");
            }
            if (!(entry.getValue() instanceof JsonObject rules)) {
                throw new IllegalArgumentException(entry.getKey() + " is not an object");
            }
            tenants.put(entry.getKey(), others.with(entry.getKey(), rules));
        }
        return new Retention(others, tenants);
    }

    boolean isForEver() {
        return isForEver(others) && tenants.values().stream().allMatch(Retention::isForEver);
    }

    private static boolean isForEver(Rules rules) {
        return rules.age().isZero() && !rules.countsSessions();
    }
}
