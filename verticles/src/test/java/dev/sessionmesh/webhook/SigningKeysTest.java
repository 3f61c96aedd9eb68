package dev.sessionmesh.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of webhooks, against published vectors and the platform's own verification. */
final class SigningKeysTest {
    /** RFC 8032, 7.1, test 2; the names of the key are those of RFC 8037, A.1 to A.3, for test 1. */
    private static final String SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

    @Test
    void a_key_signs_as_the_standard_has_it() {
        SigningKey key = SigningKey.of(HexFormat.of().parseHex(SEED));
        assertEquals(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
                HexFormat.of().formatHex(key.sign(new byte[] {0x72})));
    }

    @Test
    void a_key_is_published_under_its_thumbprint() {
        String file = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\","
                + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
        SigningKey key = SigningKeys.parse(Buffer.buffer(file)).getFirst();
        assertEquals("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", key.kid());
        assertEquals("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", key.jwk().getString("x"));
        assertFalse(new SigningKeys(List.of(key)).published().encode().contains("nWGxne"), "the secret is not");
        assertFalse(key.toString().contains("nWGxne"));
    }

    @Test
    void a_file_of_pem_may_hold_the_next_and_the_last_key() throws Exception {
        KeyPair next = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair last = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        SigningKeys keys = new SigningKeys(SigningKeys.parse(Buffer.buffer(pem(next) + "\n" + pem(last))));
        assertEquals(2, keys.published().getJsonArray("keys").size());
        byte[] message = "m".getBytes(StandardCharsets.US_ASCII);
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(next.getPublic());
        verifier.update(message);
        assertTrue(verifier.verify(keys.sign(message)), "the first signs");
        JsonObject published = keys.published().getJsonArray("keys").getJsonObject(0);
        byte[] x = Base64.getUrlDecoder().decode(published.getString("x"));
        byte[] encoded = next.getPublic().getEncoded();
        assertEquals(
                HexFormat.of().formatHex(encoded, encoded.length - 32, encoded.length),
                HexFormat.of().formatHex(x));
    }

    private static String pem(KeyPair pair) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Test
    void a_key_of_another_kind_is_refused() throws Exception {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        String said = assertThrows(IllegalArgumentException.class, () -> SigningKeys.parse(Buffer.buffer(pem(rsa))))
                .getMessage();
        assertEquals("it holds a private key that is not one of Ed25519", said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rubbish",
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":7}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"c2hvcnQ\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",\"x\":\"AAAA\"}",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            })
    void what_is_no_key_is_refused_without_being_repeated(String file) {
        String said = assertThrows(IllegalArgumentException.class, () -> SigningKeys.parse(Buffer.buffer(file)))
                .getMessage();
        assertFalse(said.contains("nWGxne"), said);
    }

    @Test
    void a_cluster_that_agreed_on_another_key_still_publishes_the_old_one() {
        SigningKey mine = SigningKey.generate(new SecureRandom());
        SigningKey theirs = SigningKey.generate(new SecureRandom());
        SigningKeys keys = new SigningKeys(List.of(mine));
        keys.agreed(mine.encoded());
        assertEquals(1, keys.published().getJsonArray("keys").size());
        keys.agreed(theirs.encoded());
        assertEquals(theirs.kid(), keys.newest().kid());
        assertEquals(2, keys.published().getJsonArray("keys").size());
    }
}
