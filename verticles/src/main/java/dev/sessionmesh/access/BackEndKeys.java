package dev.sessionmesh.access;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of back ends: long secrets that don't expire. The file holds only their SHA-256:
 * {@code {"keys": [{"name", "sha256", "tenant", "roles", "sessions"}]}}. A key that is taken from the file is good for nothing any more, connections that it
 * opened included.
 */
public final class BackEndKeys {
    /** Tells them from tokens, and lets scanners find those that leaked. */
    static final String PREFIX = "smk_";

    private static final int KEYS_MOST = 1_000;
    private static final List<String> OPTIONAL = List.of("tenant", "roles");

    private volatile Map<String, Claims> bySha256 = Map.of();

    private BackEndKeys() {}

    /** @throws IllegalArgumentException when the file can't be used */
    public static BackEndKeys open(Vertx vertx, Path file) {
        BackEndKeys keys = new BackEndKeys();
        WatchedFile.open(vertx, "--api-keys", file, BackEndKeys::parse, read -> keys.bySha256 = read);
        return keys;
    }

    Outcome<Claims> verify(String key) {
        // Who knows what hashes to an entry knows the key: how long the look-up takes tells nothing about it.
        @Nullable Claims claims = bySha256.get(sha256(key));
        return claims == null
                ? Outcome.refused(ErrorCode.UNAUTHORIZED, "the key is not valid here")
                : Outcome.done(claims);
    }

    /** Whether a key that says this is still in the file. */
    boolean stillGrants(Claims claims) {
        return claims.tokenId()
                .filter(sha256 -> claims.equals(bySha256.get(sha256)))
                .isPresent();
    }

    private static Map<String, Claims> parse(Buffer file) {
        Map<String, Claims> keys = new HashMap<>();
        JsonArray entries;
        try {
            entries = new JsonObject(file).getJsonArray("keys", new JsonArray());
        } catch (RuntimeException notJson) {
            throw new IllegalArgumentException("it is not a JSON object with a list of keys");
        }
        if (entries.size() > KEYS_MOST) {
            throw new IllegalArgumentException("it has more than " + KEYS_MOST + " keys");
        }
        for (int i = 0; i < entries.size(); i++) {
            try {
                add(keys, entries.getValue(i));
            } catch (IllegalArgumentException unfit) {
                throw new IllegalArgumentException("key " + (i + 1) + ": " + unfit.getMessage(), unfit);
            }
        }
        return Map.copyOf(keys);
    }

    private static void add(Map<String, Claims> keys, @Nullable Object given) {
        if (!(given instanceof JsonObject entry)) {
            throw new IllegalArgumentException("it is not an object");
        }
        Object sha256 = Optional.ofNullable(entry.getValue("sha256")).orElse("");
        if (!(sha256 instanceof String hash) || !hash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("sha256 is not the SHA-256 of a key in hex");
        }
        // Its hash is its id: a key that was exchanged for another of the same name is not that one.
        JsonObject claims = new JsonObject().put("sub", entry.getValue("name")).put("jti", hash);
        if (!(claims.getValue("sub") instanceof String)) {
            throw new IllegalArgumentException("name is missing");
        }
        claims.put("sessions", entry.getValue("sessions"));
        for (String optional : OPTIONAL) {
            if (entry.containsKey(optional)) {
                claims.put(optional, entry.getValue(optional));
            }
        }
        if (keys.put(hash, Claims.of(claims)) != null) {
            throw new IllegalArgumentException("there is another with this sha256");
        }
    }

    static String sha256(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException(every);
        }
    }
}
