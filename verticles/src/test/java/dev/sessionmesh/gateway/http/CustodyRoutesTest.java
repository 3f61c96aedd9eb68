package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access.Action;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CustodyRoutesTest {
    private static HttpNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new HttpNode();
        list("blue-1", "ada", "idle", Map.of("team", "blue", "kind", "a:b"), 1_772_442_000_000L, true);
        list("blue-2", "bob", "in_progress", Map.of("team", "blue"), 1_772_442_060_000L, false);
        list("red-1", "ada", "awaiting_approval", Map.of("team", "red"), 1_772_442_120_000L, false);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @AfterEach
    void grantAll() {
        node.actions = EnumSet.allOf(Action.class);
        node.draining.set(false);
    }

    @Test
    void sessions_are_found_by_what_an_address_says_of_them() throws Exception {
        assertEquals(List.of("red-1", "blue-2", "blue-1"), found("order=recent"));
        assertEquals(List.of("red-1", "blue-1"), found("participant=ada"));
        assertEquals(List.of("red-1", "blue-2", "blue-1"), found("order=recent&user=bob"), "user is who asks");
        assertEquals(List.of("blue-2", "blue-1"), found("label=team:blue"));
        assertEquals(List.of("blue-1"), found("label=team:blue&label=kind:a:b"));
        assertEquals(List.of("red-1"), found("state=awaiting_approval"));
        assertEquals(List.of("blue-1"), found("asleep=true"));
        assertEquals(List.of("red-1", "blue-2"), found("since=2026-03-02T09:01:00Z"));
        assertEquals(List.of("blue-2", "blue-1"), found("until=1772442060000"));
        assertEquals(List.of(), found("participant=ada&state=in_progress"));
    }

    @Test
    void a_page_leads_to_the_next_one() throws Exception {
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonObject page = new JsonObject(
                    node.get("/v1/sessions?label=team:blue&limit=1" + cursor).body());
            page.getJsonArray("sessions").forEach(row -> all.add(((JsonObject) row).getString("id")));
            cursor = page.containsKey("next") ? "&cursor=" + page.getString("next") : "";
        } while (!cursor.isEmpty());
        assertEquals(List.of("blue-2", "blue-1"), all);
        String next =
                new JsonObject(node.get("/v1/sessions?order=recent&limit=1").body()).getString("next");
        refused(400, "bad_cursor", node.get("/v1/sessions?label=team:blue&cursor=" + next));
        refused(400, "bad_cursor", node.get("/v1/sessions?order=recent&cursor=" + next.replace('A', 'B') + "A"));
    }

    @Test
    void what_is_no_condition_is_refused_and_named() throws Exception {
        for (String wrong : List.of(
                "state=completed",
                "state=x",
                "asleep=maybe",
                "since=yesterday",
                "until=-1",
                "label=team",
                "label=:x",
                "label=a:1&label=a:2",
                "order=oldest",
                "order=recent&after=s1",
                "order=recent&limit=0",
                "participant=" + "x".repeat(2_000),
                "label=a:1&label=b:1&label=c:1&label=d:1&label=e:1&label=f:1&label=g:1&label=h:1&label=i:1")) {
            refused(400, "bad_field", node.get("/v1/sessions?" + wrong));
        }
    }

    @Test
    void whoever_may_not_read_finds_nothing() throws Exception {
        node.actions = EnumSet.complementOf(EnumSet.of(Action.READ));
        assertEquals(List.of(), found("order=recent"));
    }

    @Test
    void lists_by_id_are_as_they_were() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"plain\"}");
        assertEquals(
                new JsonObject("{\"id\":\"plain\"}"),
                new JsonObject(node.get("/v1/sessions?limit=1&after=plaim").body())
                        .getJsonArray("sessions")
                        .getJsonObject(0));
        node.delete("/v1/sessions/plain");
    }

    @Test
    void a_receipt_is_signed_with_a_published_key() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"gone\"}");
        JsonObject answer =
                new JsonObject(node.post("/v1/sessions/gone/erase", "{}").body());
        String[] jws = answer.getString("jws").split("\\.");
        Base64.Decoder base64 = Base64.getUrlDecoder();
        JsonObject header = new JsonObject(new String(base64.decode(jws[0]), StandardCharsets.UTF_8));
        assertEquals("EdDSA", header.getString("alg"));
        assertEquals("sessionmesh-erasure+jws", header.getString("typ"));
        JsonObject jwk = new JsonObject(node.get("/.well-known/jwks.json").body())
                .getJsonArray("keys")
                .getJsonObject(0);
        assertEquals(jwk.getString("kid"), header.getString("kid"));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key(base64.decode(jwk.getString("x"))));
        signature.update((jws[0] + "." + jws[1]).getBytes(StandardCharsets.US_ASCII));
        assertTrue(signature.verify(base64.decode(jws[2])));
        JsonObject receipt = answer.getJsonObject("receipt");
        assertEquals(receipt, new JsonObject(new String(base64.decode(jws[1]), StandardCharsets.UTF_8)));
        assertEquals("gone", receipt.getString("session"));
        refused(410, "session_deleted", node.get("/v1/sessions/gone"));
        assertEquals(200, node.post("/v1/sessions/gone/erase", "{}").statusCode());
    }

    private static PublicKey key(byte[] x) throws Exception {
        byte[] bigEndian = new byte[x.length];
        for (int i = 0; i < x.length; i++) {
            bigEndian[i] = x[x.length - 1 - i];
        }
        boolean odd = (bigEndian[0] & 0x80) != 0;
        bigEndian[0] &= 0x7f;
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(
                        NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, bigEndian))));
    }

    @Test
    void a_session_that_was_brought_in_can_be_followed_and_goes_on() throws Exception {
        node.post("/v1/sessions", "{\"id\":\"first\",\"model\":\"scripted:a\"}");
        node.post("/v1/sessions/first/inputs", "{\"id\":\"c1\",\"text\":\"hello\"}");
        HttpResponse<String> file = node.get("/v1/sessions/first/export");
        assertEquals(
                "application/x-ndjson",
                file.headers().firstValue("Content-Type").orElse(""));
        assertEquals(
                "attachment; filename=\"first.ndjson\"",
                file.headers().firstValue("Content-Disposition").orElse(""));
        HttpResponse<String> brought = bring("?id=second", file.body());
        assertEquals(201, brought.statusCode(), brought.body());
        assertEquals(
                "/v1/sessions/second", brought.headers().firstValue("Location").orElse(""));
        assertEquals(3, new JsonObject(brought.body()).getInteger("head"));
        assertTrue(new JsonObject(node.post("/v1/sessions/second/inputs", "{\"id\":\"c1\",\"text\":\"hello\"}")
                        .body())
                .getBoolean("duplicate"));
        assertTrue(node.get("/v1/sessions/second/events").body().contains("\"session\":\"second\""));
        HttpResponse<String> again = node.get("/v1/sessions/second/export");
        assertEquals(201, bring("?id=third", again.body()).statusCode());
        for (String id : List.of("first", "second", "third")) {
            node.delete("/v1/sessions/" + id);
        }
    }

    @Test
    void what_does_not_fit_is_refused_before_all_of_it_has_come() throws Exception {
        refused(400, "bad_export", bring("", "rubbish\n".repeat(100_000)));
        refused(400, "bad_export", bring("?id=x", ""));
        refused(400, "bad_field", bring("?id=a/b", ""));
        refused(
                400,
                "bad_field",
                node.send(node.request("/v1/sessions/import")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}"))));
        refused(
                400,
                "bad_field",
                node.send(node.request("/v1/sessions/import")
                        .header("Content-Type", "application/x-ndjson")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[9])))));
        String answer = announced(200_000_000);
        while (answer.contains("429")) {
            // The bytes before it were too many for a second.
            Thread.sleep(200);
            answer = announced(200_000_000);
        }
        assertTrue(answer.contains("too_large"), "before any of it has come: " + answer);
        node.draining.set(true);
        refused(503, "draining", bring("", ""));
        node.draining.set(false);
        node.actions = EnumSet.complementOf(EnumSet.of(Action.ADMIN));
        refused(403, "forbidden", bring("", "rubbish\n"));
        node.actions = EnumSet.allOf(Action.class);
        refused(400, "bad_export", bring("", "rubbish\n"));
    }

    @Test
    void who_is_to_be_kept_nowhere_is_not_taken_out() throws Exception {
        HttpResponse<String> made = node.post("/v1/sessions", "{\"id\":\"brief\",\"ephemeral\":true}");
        assertEquals(201, made.statusCode(), made.body());
        refused(409, "wrong_state", node.get("/v1/sessions/brief/export"));
        assertFalse(node.get("/v1/sessions/brief").body().contains("bytes"));
        node.delete("/v1/sessions/brief");
    }

    /** The answer to a body of so many bytes that never comes. */
    private static String announced(long bytes) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.gateway.port())) {
            socket.setSoTimeout(10_000);
            String head = "POST /v1/sessions/import HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                    + "Content-Type: application/x-ndjson\r\nContent-Length: " + bytes + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            byte[] some = new byte[4_096];
            while (answer.indexOf("}}") < 0) {
                int more = socket.getInputStream().read(some);
                if (more < 0) {
                    break;
                }
                answer.append(new String(some, 0, more, StandardCharsets.UTF_8));
            }
            return answer.toString();
        }
    }

    private static HttpResponse<String> bring(String query, String file) throws Exception {
        return node.send(node.request("/v1/sessions/import" + query)
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(file)));
    }

    private static List<String> found(String query) throws Exception {
        HttpResponse<String> response = node.get("/v1/sessions?" + query);
        assertEquals(200, response.statusCode(), response.body());
        return new JsonObject(response.body())
                .getJsonArray("sessions").stream()
                        .map(row -> ((JsonObject) row).getString("id"))
                        .toList();
    }

    private static void refused(int status, String code, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(
                code, new JsonObject(response.body()).getJsonObject("error").getString("code"), response.body());
    }

    private static void list(String id, String user, String state, Map<String, String> labels, long at, boolean asleep)
            throws Exception {
        node.archive
                .index(new Listed(
                        new SessionKey(SessionKey.DEFAULT_TENANT, id),
                        Set.of(user),
                        state,
                        labels,
                        at - 1_000,
                        at,
                        7,
                        asleep))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }
}
