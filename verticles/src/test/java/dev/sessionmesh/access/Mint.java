package dev.sessionmesh.access;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An issuer of tokens, honest or not: it signs whatever it is given, by hand. */
record Mint(String algorithm, String kid, KeyPair pair, byte[] secret) {
    private static final byte[] NONE = {};

    static Mint of(String algorithm, String kid) throws GeneralSecurityException {
        return switch (algorithm) {
            case "HS256" -> new Mint(algorithm, kid, rsa(), random());
            case "RS256" -> new Mint(algorithm, kid, rsa(), NONE);
            case "ES256" -> {
                KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
                curve.initialize(256);
                yield new Mint(algorithm, kid, curve.generateKeyPair(), NONE);
            }
            case "EdDSA" ->
                new Mint(algorithm, kid, KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), NONE);
            default -> throw new IllegalArgumentException(algorithm);
        };
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private static KeyPair rsa() throws GeneralSecurityException {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        return rsa.generateKeyPair();
    }

    static JsonObject set(Mint... mints) {
        return new JsonObject()
                .put("keys", new JsonArray(Stream.of(mints).map(Mint::jwk).toList()));
    }

    /** The public part; of a secret the secret. */
    JsonObject jwk() {
        JsonObject jwk = new JsonObject().put("kid", kid).put("alg", algorithm).put("use", "sig");
        return switch (pair.getPublic()) {
            case RSAPublicKey rsa
            when secret.length == 0 ->
                jwk.put("kty", "RSA")
                        .put("n", base64(unsigned(rsa.getModulus(), 256)))
                        .put("e", base64(rsa.getPublicExponent().toByteArray()));
            case ECPublicKey ec ->
                jwk.put("kty", "EC")
                        .put("crv", "P-256")
                        .put("x", base64(unsigned(ec.getW().getAffineX(), 32)))
                        .put("y", base64(unsigned(ec.getW().getAffineY(), 32)));
            case EdECPublicKey ed -> {
                byte[] encoded = ed.getEncoded();
                yield jwk.put("kty", "OKP")
                        .put("crv", "Ed25519")
                        .put("x", base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
            }
            default -> jwk.put("kty", "oct").put("k", base64(secret));
        };
    }

    String token(JsonObject claims) throws GeneralSecurityException {
        return token(new JsonObject().put("alg", algorithm).put("typ", "JWT").put("kid", kid), claims);
    }

    String token(JsonObject header, JsonObject claims) throws GeneralSecurityException {
        String signed = base64(header.encode().getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.encode().getBytes(StandardCharsets.UTF_8));
        return signed + "." + base64(sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private byte[] sign(byte[] input) throws GeneralSecurityException {
        if (algorithm.equals("HS256")) {
            return hmac(secret, input);
        }
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "RS256" -> "SHA256withRSA";
                    case "ES256" -> "SHA256withECDSAinP1363Format";
                    default -> "Ed25519";
                });
        signature.initSign(pair.getPrivate());
        signature.update(input);
        return signature.sign();
    }

    static byte[] hmac(byte[] secret, byte[] input) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(input);
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = new byte[length];
        byte[] signed = number.toByteArray();
        int from = Math.max(0, signed.length - length);
        System.arraycopy(signed, from, bytes, length - (signed.length - from), signed.length - from);
        return bytes;
    }
}
