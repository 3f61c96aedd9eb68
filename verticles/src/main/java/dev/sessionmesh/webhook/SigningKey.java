package dev.sessionmesh.webhook;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;

/** An Ed25519 key: the seed that is kept, what follows from it, and its name (RFC 7638). */
public final class SigningKey {
    static final int SEED_BYTES = 32;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final byte[] seed;
    private final PrivateKey secret;
    private final String x;
    private final String kid;

    private SigningKey(byte[] seed) throws GeneralSecurityException {
        this.seed = seed.clone();
        this.secret = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        this.x = BASE64URL.encodeToString(publicOf(seed));
        String canonical = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}";
        this.kid = BASE64URL.encodeToString(
                MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.US_ASCII)));
    }

    /** @throws IllegalArgumentException when it is no seed */
    static SigningKey of(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a key of another kind than Ed25519");
        }
        try {
            return new SigningKey(seed);
        } catch (GeneralSecurityException unfit) {
            throw new IllegalArgumentException("a key that is not one of Ed25519");
        }
    }

    static SigningKey of(PrivateKey key) {
        if (key instanceof EdECPrivateKey edwards && edwards.getBytes().isPresent()) {
            return of(edwards.getBytes().get());
        }
        throw new IllegalArgumentException("a key of another kind than Ed25519");
    }

    static SigningKey generate(SecureRandom random) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return of(seed);
    }

    /** The platform offers no way from a seed to its public key but to generate a pair of it. */
    private static byte[] publicOf(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("Ed25519");
        pairs.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
        KeyPair pair = pairs.generateKeyPair();
        EdECPublicKey open = (EdECPublicKey) pair.getPublic();
        byte[] bigEndian = open.getPoint().getY().toByteArray();
        byte[] encoded = new byte[SEED_BYTES];
        for (int i = 0; i < Math.min(SEED_BYTES, bigEndian.length); i++) {
            encoded[i] = bigEndian[bigEndian.length - 1 - i];
        }
        if (open.getPoint().isXOdd()) {
            encoded[SEED_BYTES - 1] |= (byte) 0x80;
        }
        return encoded;
    }

    String kid() {
        return kid;
    }

    JsonObject jwk() {
        return new JsonObject()
                .put("kty", "OKP")
                .put("crv", "Ed25519")
                .put("x", x)
                .put("kid", kid)
                .put("use", "sig")
                .put("alg", "EdDSA");
    }

    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException never) {
            throw new IllegalStateException(never);
        }
    }

    /** The secret, for the other nodes. */
    String encoded() {
        return BASE64URL.encodeToString(seed);
    }

    static SigningKey decoded(String text) {
        return of(Base64.getUrlDecoder().decode(text));
    }

    /** Its name, and nothing else. */
    @Override
    public String toString() {
        return "key " + kid;
    }

    /** Gives out a seed instead of chance. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final byte[] seed;

        Fixed(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
        }
    }
}
