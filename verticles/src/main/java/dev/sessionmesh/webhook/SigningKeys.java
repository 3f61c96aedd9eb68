package dev.sessionmesh.webhook;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys that requests are or were signed with: the first signs, all are published, so that receivers know a new one before, and an old one after. */
public final class SigningKeys {
    private static final int MOST = 8;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private volatile List<SigningKey> keys;

    SigningKeys(List<SigningKey> keys) {
        this.keys = List.copyOf(keys);
    }

    SigningKey newest() {
        return keys.getFirst();
    }

    byte[] sign(byte[] message) {
        return newest().sign(message);
    }

    /**
     * A document and its signature, as a JWS in its compact form (RFC 7515). No request of a webhook is signed over such a text: theirs has a dot more.
     *
     * @param type what kind of document it is
     */
    public String document(String type, byte[] payload) {
        SigningKey key = newest();
        JsonObject header =
                new JsonObject().put("alg", "EdDSA").put("typ", type).put("kid", key.kid());
        String said = BASE64URL.encodeToString(header.encode().getBytes(StandardCharsets.UTF_8))
                + "."
                + BASE64URL.encodeToString(payload);
        return said + "." + BASE64URL.encodeToString(key.sign(said.getBytes(StandardCharsets.US_ASCII)));
    }

    /** For what nodes hand out and get back. */
    public byte[] signature(byte[] message) {
        return sign(message);
    }

    /** Whether one of the keys made it. Who has the key can sign again: the same message always has the same signature. */
    public boolean isOurs(byte[] message, byte[] signature) {
        return keys.stream().anyMatch(key -> MessageDigest.isEqual(key.sign(message), signature));
    }

    /** A JWK set without secrets. */
    public JsonObject published() {
        JsonArray set = new JsonArray();
        keys.forEach(key -> set.add(key.jwk()));
        return new JsonObject().put("keys", set);
    }

    void use(List<SigningKey> others) {
        keys = List.copyOf(others);
    }

    /** The cluster agreed on another key; what was signed until now stays good. */
    void agreed(String encoded) {
        if (!newest().encoded().equals(encoded)) {
            use(List.of(SigningKey.decoded(encoded), newest()));
        }
    }

    /**
     * Reads PEM with one or more PKCS #8 keys, a JWK, or a JWK set; the first key signs.
     *
     * @throws IllegalArgumentException saying what is wrong with it, and nothing of what it holds
     */
    static List<SigningKey> parse(Buffer file) {
        String text = file.toString(StandardCharsets.UTF_8).strip();
        List<SigningKey> keys = text.startsWith("{") ? jwks(text) : pem(text);
        if (keys.isEmpty() || keys.size() > MOST) {
            throw new IllegalArgumentException("it must hold 1 to " + MOST + " Ed25519 keys, as PEM (PKCS #8) or JWK");
        }
        return keys;
    }

    private static List<SigningKey> pem(String text) {
        List<SigningKey> keys = new ArrayList<>();
        for (Matcher block = PEM.matcher(text); block.find(); ) {
            try {
                byte[] der = Base64.getMimeDecoder().decode(block.group(1));
                keys.add(
                        SigningKey.of(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der))));
            } catch (GeneralSecurityException | IllegalArgumentException unfit) {
                throw new IllegalArgumentException("it holds a private key that is not one of Ed25519");
            }
        }
        return keys;
    }

    private static List<SigningKey> jwks(String text) {
        try {
            JsonObject json = new JsonObject(text);
            JsonArray set = json.containsKey("keys") ? json.getJsonArray("keys") : new JsonArray().add(json);
            List<SigningKey> keys = new ArrayList<>();
            for (int i = 0; i < set.size(); i++) {
                keys.add(jwk(set.getJsonObject(i)));
            }
            return keys;
        } catch (RuntimeException unfit) {
            throw new IllegalArgumentException("it is not a JWK or JWK set of private Ed25519 keys");
        }
    }

    private static SigningKey jwk(JsonObject jwk) {
        @Nullable String d = jwk.getString("d");
        if (d == null || !"OKP".equals(jwk.getString("kty")) || !"Ed25519".equals(jwk.getString("crv"))) {
            throw new IllegalArgumentException("not a private key");
        }
        SigningKey key = SigningKey.decoded(d);
        @Nullable String x = jwk.getString("x");
        if (x != null && !x.equals(key.jwk().getString("x"))) {
            throw new IllegalArgumentException("its parts don't belong together");
        }
        return key;
    }
}
