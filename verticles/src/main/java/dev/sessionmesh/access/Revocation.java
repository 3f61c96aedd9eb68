package dev.sessionmesh.access;

import dev.sessionmesh.core.SessionKey;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is taken back: all that was issued up to an instant to one user, for one session or to the whole tenant; or one token by its id.
 *
 * @param subject the token's id, the user or the session's id; empty for a tenant
 * @param before what was issued then or earlier, in epoch milliseconds
 */
record Revocation(Kind kind, String tenant, String subject, long before) {
    enum Kind {
        TOKEN,
        USER,
        SESSION,
        TENANT
    }

    Revocation {
        boolean fits =
                switch (kind) {
                    case TOKEN -> Claims.ID.matcher(subject).matches();
                    case USER -> Claims.USER.matcher(subject).matches();
                    case SESSION -> SessionKey.isValid(subject);
                    case TENANT -> subject.isEmpty();
                };
        if (!fits) {
            throw new IllegalArgumentException(name(kind) + " has not the form of one");
        }
    }

    /**
     * Reads {@code {"token": ID}}, {@code {"user": NAME}}, {@code {"session": ID}} or {@code {"tenant": true}}.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    static Revocation parse(JsonObject json, String tenant, long now) {
        if (json.size() == 1) {
            for (Kind kind : Kind.values()) {
                @Nullable Object given = json.getValue(name(kind));
                if (kind == Kind.TENANT && Boolean.TRUE.equals(given)) {
                    return new Revocation(kind, tenant, "", now);
                }
                if (kind != Kind.TENANT && given instanceof String subject) {
                    return new Revocation(kind, tenant, subject, now);
                }
            }
        }
        throw new IllegalArgumentException("one of token, user and session with its id is needed, or tenant with true");
    }

    /** Two of one key say the same, but for the instant. */
    String key() {
        return name(kind) + " " + tenant + " " + subject;
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    String encode() {
        return new JsonObject()
                .put("kind", kind.name())
                .put("tenant", tenant)
                .put("subject", subject)
                .put("before", before)
                .encode();
    }

    /** What another node wrote; empty when it can't be read. */
    static Optional<Revocation> decode(String text) {
        try {
            JsonObject json = new JsonObject(text);
            return Optional.of(new Revocation(
                    Kind.valueOf(json.getString("kind")),
                    json.getString("tenant"),
                    json.getString("subject"),
                    json.getLong("before")));
        } catch (RuntimeException foreign) {
            return Optional.empty();
        }
    }
}
