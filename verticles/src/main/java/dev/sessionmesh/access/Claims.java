package dev.sessionmesh.access;

import dev.sessionmesh.core.SessionKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a credential says about who bears it, once its signature or secret was found right.
 *
 * @param user unique within the tenant; what others are shown
 * @param roles what he is to others, by names that the issuer gives a meaning; sorted, each once
 * @param tokenId the token's own id ({@code jti}), by which it can be revoked
 * @param issuedAt in epoch milliseconds; 0 when it does not say
 * @param expiresAt in epoch milliseconds
 */
record Claims(
        String tenant,
        String user,
        List<String> roles,
        Optional<String> tokenId,
        long issuedAt,
        OptionalLong expiresAt,
        Grants grants) {
    /** Letters, digits and a little punctuation: a name goes into logs and into what others are shown. */
    static final Pattern USER = Pattern.compile("[\\p{L}\\p{N} ._@:+|-]{1,128}");

    static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(31);
    static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /**
     * Reads the claims of a JSON Web Token: {@code sub}, {@code exp} and {@code iat} (all needed), {@code tenant}, {@code roles},
     * {@code jti}, {@code sessions}.
     *
     * @throws IllegalArgumentException naming the claim that is wrong
     */
    static Claims ofToken(JsonObject json) {
        OptionalLong expires = seconds(json, "exp");
        if (expires.isEmpty()) {
            throw new IllegalArgumentException("exp is missing: a token must expire");
        }
        long issued = seconds(json, "iat")
                .orElseThrow(() -> new IllegalArgumentException("iat is missing: it could not be taken back"));
        if (expires.getAsLong() - issued > LONGEST_MILLIS) {
            throw new IllegalArgumentException("exp is more than 31 days behind iat");
        }
        return of(json, expires);
    }

    /** Reads what {@link #toJson} wrote, and the entries of keys, which need not expire. */
    static Claims of(JsonObject json) {
        return of(json, seconds(json, "exp"));
    }

    private static Claims of(JsonObject json, OptionalLong expires) {
        String tenant = text(json, "tenant").orElse(SessionKey.DEFAULT_TENANT);
        if (!SessionKey.isValid(tenant)) {
            throw new IllegalArgumentException("tenant is not a name of 1 to 128 of A-Za-z0-9._-");
        }
        String user = text(json, "sub").orElseThrow(() -> new IllegalArgumentException("sub is missing"));
        if (!USER.matcher(user).matches()) {
            throw new IllegalArgumentException("sub is not a name of 1 to 128 letters, digits and ._@:+|-");
        }
        Optional<String> id = text(json, "jti");
        if (id.isPresent() && !ID.matcher(id.get()).matches()) {
            throw new IllegalArgumentException("jti is not 1 to 128 visible ASCII characters");
        }
        @Nullable Object sessions = json.getValue("sessions");
        if (sessions != null && !(sessions instanceof JsonObject)) {
            throw new IllegalArgumentException("sessions must be an object of patterns");
        }
        Grants grants = sessions instanceof JsonObject patterns ? Grants.parse(patterns) : Grants.NONE;
        return new Claims(
                tenant,
                user,
                roles(json.getValue("roles")),
                id,
                seconds(json, "iat").orElse(0),
                expires,
                grants);
    }

    private static List<String> roles(@Nullable Object given) {
        if (given != null && !(given instanceof JsonArray)) {
            throw new IllegalArgumentException("roles must be a list of names");
        }
        return given instanceof JsonArray names ? Roles.of(names.getList()) : List.of();
    }

    private static Optional<String> text(JsonObject json, String name) {
        @Nullable Object value = json.getValue(name);
        if (value != null && !(value instanceof String)) {
            throw new IllegalArgumentException(name + " must be a string");
        }
        return Optional.ofNullable((String) value);
    }

    /** A time in seconds, as the standard has it, in milliseconds. */
    private static OptionalLong seconds(JsonObject json, String name) {
        @Nullable Object value = json.getValue(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!(value instanceof Number number) || number.longValue() < 0 || number.longValue() > 1L << 40) {
            throw new IllegalArgumentException(name + " must be a time in seconds");
        }
        return OptionalLong.of(TimeUnit.SECONDS.toMillis(number.longValue()));
    }

    boolean isExpired(long now) {
        return expiresAt.isPresent() && now >= expiresAt.getAsLong();
    }

    JsonObject toJson() {
        JsonObject json =
                new JsonObject().put("tenant", tenant).put("sub", user).put("sessions", grants.toJson());
        if (!roles.isEmpty()) {
            json.put("roles", new JsonArray(roles));
        }
        tokenId.ifPresent(id -> json.put("jti", id));
        json.put("iat", TimeUnit.MILLISECONDS.toSeconds(issuedAt));
        expiresAt.ifPresent(at -> json.put("exp", TimeUnit.MILLISECONDS.toSeconds(at)));
        return json;
    }
}
