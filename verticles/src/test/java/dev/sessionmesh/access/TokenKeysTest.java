package dev.sessionmesh.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.port.Access;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens as an attacker would forge them. */
final class TokenKeysTest {
    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private static JsonObject claims() {
        long now = System.currentTimeMillis() / 1000;
        return new JsonObject()
                .put("sub", "alice")
                .put("tenant", "acme")
                .put("iat", now)
                .put("exp", now + 600)
                .put("sessions", new JsonObject().put("team-*", "*"));
    }

    private TokenKeys keys(Mint... mints) throws IOException {
        return open(Mint.set(mints).encode(), Optional.empty(), Optional.empty());
    }

    private TokenKeys open(String set, Optional<String> issuer, Optional<String> audience) throws IOException {
        Path file = Files.writeString(dir.resolve("keys.json"), set);
        return TokenKeys.open(vertx, new TokenKeys.Source(Optional.of(file), Optional.empty(), issuer, audience));
    }

    private static Outcome<Claims> verify(TokenKeys keys, String token) throws Exception {
        return keys.verify(token).await(10, TimeUnit.SECONDS);
    }

    private static void refused(TokenKeys keys, String token) throws Exception {
        Outcome.Refused<?> refused = assertInstanceOf(Outcome.Refused.class, verify(keys, token), token);
        assertEquals(ErrorCode.UNAUTHORIZED, refused.code());
        assertFalse(refused.message().contains("alice"), "a refusal repeats nothing of the token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "RS256", "ES256", "EdDSA"})
    void a_token_is_taken_as_signed_and_not_with_a_letter_changed(String algorithm) throws Exception {
        Mint mint = Mint.of(algorithm, "k1");
        TokenKeys keys = keys(mint);
        String token = mint.token(claims());
        Claims claims = ((Outcome.Done<Claims>) verify(keys, token)).value();
        assertEquals("acme", claims.tenant());
        assertEquals("alice", claims.user());
        assertTrue(claims.grants().permit("team-7", Access.Action.WRITE));

        String[] parts = token.split("\\.", -1);
        String other = Mint.base64(claims().put("sub", "mallory").encode().getBytes(StandardCharsets.UTF_8));
        refused(keys, parts[0] + "." + other + "." + parts[2]);
        char last = parts[2].charAt(5) == 'A' ? 'B' : 'A';
        refused(keys, parts[0] + "." + parts[1] + "." + parts[2].substring(0, 5) + last + parts[2].substring(6));
        refused(keys, Mint.of(algorithm, "k1").token(claims()));
        refused(keys, Mint.of(algorithm, "k2").token(claims()));
    }

    @Test
    void none_is_no_algorithm_however_it_is_written() throws Exception {
        Mint mint = Mint.of("ES256", "k1");
        TokenKeys keys = keys(mint);
        for (String none : new String[] {"none", "None", "NONE", "nOnE", ""}) {
            JsonObject header = new JsonObject().put("alg", none).put("typ", "JWT");
            String signed = mint.token(header, claims());
            refused(keys, signed);
            refused(keys, signed.substring(0, signed.lastIndexOf('.')));
            refused(keys, signed.substring(0, signed.lastIndexOf('.') + 1));
        }
    }

    /** With such a set the library underneath takes tokens that nobody signed. */
    @Test
    void a_set_whose_keys_nobody_understands_lets_nobody_in() throws Exception {
        JsonObject odd = new JsonObject()
                .put("kty", "EC")
                .put("crv", "P-999")
                .put("kid", "k1")
                .put("x", "AA")
                .put("y", "AA");
        TokenKeys keys = open(
                new JsonObject().put("keys", new JsonArray().add(odd)).encode(), Optional.empty(), Optional.empty());
        Mint mint = Mint.of("ES256", "k1");
        String unsigned = mint.token(new JsonObject().put("alg", "none"), claims());
        refused(keys, unsigned.substring(0, unsigned.lastIndexOf('.')));
        refused(keys, unsigned);
        refused(keys, mint.token(claims()));
    }

    @Test
    void a_public_key_is_no_secret() throws Exception {
        Mint mint = Mint.of("RS256", "k1");
        TokenKeys keys = keys(mint);
        String signed = Mint.base64("{\"alg\":\"HS256\",\"kid\":\"k1\"}".getBytes(StandardCharsets.US_ASCII)) + "."
                + Mint.base64(claims().encode().getBytes(StandardCharsets.UTF_8));
        for (byte[] known : new byte[][] {
            mint.pair().getPublic().getEncoded(), mint.jwk().encode().getBytes(StandardCharsets.UTF_8)
        }) {
            refused(keys, signed + "." + Mint.base64(Mint.hmac(known, signed.getBytes(StandardCharsets.US_ASCII))));
        }
    }

    @Test
    void a_key_that_comes_with_the_token_is_not_looked_at() throws Exception {
        TokenKeys keys = keys(Mint.of("RS256", "k1"));
        Mint own = Mint.of("RS256", "k1");
        JsonObject header = new JsonObject()
                .put("alg", "RS256")
                .put("jwk", own.jwk())
                .put("jku", "http://127.0.0.1:1/keys")
                .put("x5u", "http://127.0.0.1:1/keys");
        refused(keys, own.token(header, claims()));
    }

    @Test
    void times_issuer_and_audience_are_what_they_have_to_be() throws Exception {
        Mint mint = Mint.of("HS256", "k1");
        TokenKeys keys = open(Mint.set(mint).encode(), Optional.of("https://id.example"), Optional.of("mesh"));
        JsonObject good = claims().put("iss", "https://id.example").put("aud", "mesh");
        long now = System.currentTimeMillis() / 1000;
        assertInstanceOf(Outcome.Done.class, verify(keys, mint.token(good)));
        refused(keys, mint.token(good.copy().put("iss", "https://evil.example")));
        refused(keys, mint.token(good.copy().put("aud", "other")));
        refused(keys, mint.token(claims()));
        refused(keys, mint.token(good.copy().put("exp", now - 10)));
        refused(keys, mint.token(good.copy().put("nbf", now + 100)));
        JsonObject everlasting = good.copy();
        everlasting.remove("exp");
        refused(keys, mint.token(everlasting));
        JsonObject timeless = good.copy();
        timeless.remove("iat");
        refused(keys, mint.token(timeless));
        refused(keys, mint.token(good.copy().put("exp", now + 32L * 24 * 3_600)));
        refused(keys, mint.token(good.copy().put("iat", now - 31L * 24 * 3_600)));
    }

    @Test
    void claims_of_another_form_are_refused() throws Exception {
        Mint mint = Mint.of("HS256", "k1");
        TokenKeys keys = keys(mint);
        for (JsonObject odd : new JsonObject[] {
            claims().put("sub", 7),
            claims().put("sub", "a\nlog line"),
            claims().put("sub", "x".repeat(129)),
            claims().put("sub", ""),
            claims().putNull("sub"),
            claims().put("tenant", "a/b"),
            claims().put("tenant", ""),
            claims().put("roles", "lead"),
            claims().put("roles", new JsonArray().add(7)),
            claims().put("roles", new JsonArray().add("")),
            claims().put("roles", new JsonArray().add("x".repeat(65))),
            claims().put("roles", new JsonArray().add("lead\u001b[31m")),
            claims().put("roles", new JsonArray().addNull()),
            claims().put("roles", new JsonArray(Collections.nCopies(33, "lead"))),
            claims().put("exp", "tomorrow"),
            claims().put("exp", -1),
            claims().put("sessions", "all"),
            claims().put("sessions", new JsonObject().put("a b", "*")),
            claims().put("sessions", new JsonObject().put("a", "fly")),
            claims().put("sessions", new JsonObject().put("a*b*", "*")),
        }) {
            refused(keys, mint.token(odd));
        }
        for (String rubbish : new String[] {"", ".", "..", "a.b.c", "a.b.c.d", "\u0000", "smk_x", "x".repeat(7_000)}) {
            refused(keys, rubbish);
        }
    }

    @Test
    void roles_are_what_the_token_says_each_once() throws Exception {
        Mint mint = Mint.of("HS256", "k1");
        JsonArray given = new JsonArray().add("urn:acme:lead").add("Prüfer").add("urn:acme:lead");
        Outcome<Claims> outcome = verify(keys(mint), mint.token(claims().put("roles", given)));
        Claims claims = ((Outcome.Done<Claims>) outcome).value();
        assertEquals(List.of("Prüfer", "urn:acme:lead"), claims.roles());
        assertEquals(claims, Claims.of(claims.toJson()), "a ticket keeps them");
    }

    /** Read before the signature is checked, so it is anybody's. */
    @Test
    void what_is_nested_too_deep_or_has_monstrous_numbers_is_refused_at_once() throws Exception {
        TokenKeys keys = keys(Mint.of("HS256", "k1"));
        for (String json : new String[] {
            "[".repeat(5_000),
            "{\"a\":".repeat(1_000),
            "{\"exp\":1e999999999,\"iat\":1e999999999}",
            "{\"exp\":" + "9".repeat(4_000) + "}",
            "{\"sub\":\"a\",\"sub\":\"b\"}",
            "\"text\"",
            "null"
        }) {
            String part = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
            String header = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString("{\"alg\":\"HS256\",\"kid\":\"k1\"}".getBytes(StandardCharsets.UTF_8));
            refused(keys, part + "." + part + ".AAAA");
            refused(keys, header + "." + part + ".AAAA");
        }
    }

    @Test
    void without_grants_a_token_grants_nothing() throws Exception {
        Mint mint = Mint.of("HS256", "k1");
        JsonObject bare = claims();
        bare.remove("sessions");
        Outcome<Claims> outcome = verify(keys(mint), mint.token(bare));
        Claims claims = ((Outcome.Done<Claims>) outcome).value();
        for (var action : Access.Action.values()) {
            assertFalse(claims.grants().permit("team-7", action));
        }
    }

    @Test
    void a_key_that_nobody_has_seen_is_looked_for_once_and_old_ones_stay_while_the_issuer_is_away() throws Exception {
        Mint first = Mint.of("ES256", "first");
        Mint second = Mint.of("RS256", "second");
        AtomicReference<String> published =
                new AtomicReference<>(Mint.set(first).encode());
        AtomicInteger asked = new AtomicInteger();
        HttpServer issuer = vertx.createHttpServer()
                .requestHandler(request -> {
                    asked.incrementAndGet();
                    request.response()
                            .setStatusCode(published.get().isEmpty() ? 500 : 200)
                            .end(published.get());
                })
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        URI address = URI.create("http://127.0.0.1:" + issuer.actualPort() + "/jwks.json");
        TokenKeys keys = TokenKeys.open(
                vertx,
                new TokenKeys.Source(Optional.empty(), Optional.of(address), Optional.empty(), Optional.empty()));
        assertInstanceOf(Outcome.Done.class, verify(keys, first.token(claims())));
        assertEquals(1, asked.get());
        published.set("");
        for (int i = 0; i < 20; i++) {
            refused(keys, second.token(claims()));
        }
        assertEquals(1, asked.get(), "a flood of unknown keys is not passed on");
        assertInstanceOf(Outcome.Done.class, verify(keys, first.token(claims())));
        keys.refresh().await(10, TimeUnit.SECONDS);
        Outcome.Refused<?> unknown = assertInstanceOf(Outcome.Refused.class, verify(keys, second.token(claims())));
        assertEquals(ErrorCode.UNAVAILABLE, unknown.code(), "it may be good: nobody can say");
        assertInstanceOf(Outcome.Done.class, verify(keys, first.token(claims())));
        published.set(Mint.set(second).encode());
        keys.refresh().await(10, TimeUnit.SECONDS);
        assertInstanceOf(Outcome.Done.class, verify(keys, second.token(claims())));
        refused(keys, first.token(claims()));
    }

    @Test
    void a_file_that_changes_is_read_again_and_one_that_breaks_changes_nothing() throws Exception {
        Mint first = Mint.of("HS256", "first");
        Mint second = Mint.of("HS256", "second");
        TokenKeys keys = keys(first);
        Files.writeString(dir.resolve("keys.json"), "{");
        Thread.sleep(3_000);
        assertInstanceOf(Outcome.Done.class, verify(keys, first.token(claims())));
        Files.writeString(dir.resolve("keys.json"), Mint.set(second).encode());
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (verify(keys, second.token(claims())) instanceof Outcome.Refused && System.nanoTime() < until) {
            Thread.sleep(50);
        }
        assertInstanceOf(Outcome.Done.class, verify(keys, second.token(claims())));
        refused(keys, first.token(claims()));
    }

    @Test
    void a_file_without_a_usable_key_is_refused_at_the_start() {
        for (String odd : new String[] {"", "[]", "{}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"none\"}]}"}) {
            assertThrows(IllegalArgumentException.class, () -> open(odd, Optional.empty(), Optional.empty()), odd);
        }
    }
}
