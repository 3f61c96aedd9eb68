package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.access.quota.Quota;
import dev.sessionmesh.access.quota.QuotaPlan;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is too much for a tenant or for an address, by HTTP. Nothing here runs long enough to earn more than a few. */
@Timeout(60)
class RateLimitsTest {
    private static final Quota PLENTY = new Quota(1_000, 10_000, 10_000, 10_000, 100_000_000);

    @TempDir
    private Path dir;

    private HttpNode node;

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    private void start(Quota tenants, Quota addresses) throws Exception {
        Path keys = TwoTenants.file(dir);
        node = new HttpNode(
                Optional.empty(),
                vertx -> Optional.of(BackEnds.admission(vertx, keys)),
                new QuotaPlan(Map.of(), tenants, addresses));
    }

    private HttpResponse<String> get(String key, String from, String path) throws Exception {
        return node.send(as(key, from, path).GET());
    }

    private HttpResponse<String> post(String key, String from, String path, String body) throws Exception {
        return node.send(
                as(key, from, path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder as(String key, String from, String path) {
        return node.request(path).header("Authorization", "Bearer " + key).header("X-Forwarded-For", from);
    }

    private static void tooMuch(HttpResponse<String> answer) {
        assertEquals(429, answer.statusCode(), answer::body);
        JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
        assertEquals("rate_limited", error.getString("code"));
        assertTrue(error.getBoolean("retryable"));
        assertTrue(error.getLong("retryAfterMs") > 0);
        assertTrue(Long.parseLong(answer.headers().firstValue("Retry-After").orElseThrow()) > 0);
    }

    @Test
    void requests_of_a_tenant_are_so_many_a_second_whatever_address_they_come_from() throws Exception {
        start(new Quota(1_000, 5, 10_000, 10_000, 100_000_000), PLENTY);
        HttpResponse<String> answer = get(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions");
        for (int i = 2; i < 200 && answer.statusCode() == 200; i++) {
            answer = get(TwoTenants.LOUD, "192.0.2." + i, "/v1/sessions");
        }
        tooMuch(answer);
        assertEquals(200, get(TwoTenants.CALM, "192.0.2.1", "/v1/sessions").statusCode());
        assertEquals(200, node.get("/health/live").statusCode(), "whoever supervises it is always answered");
        assertTrue(node.hits.get().get("tenant.request") > 0);
    }

    /** Each costs the check of a signature. */
    @Test
    void who_guesses_keys_is_held_back_by_his_address_alone() throws Exception {
        start(PLENTY, new Quota(1_000, 5, 10_000, 10_000, 100_000_000));
        HttpResponse<String> answer = get("smk_guess", "2001:db8::1", "/v1/sessions");
        for (int i = 2; i < 200 && answer.statusCode() == 401; i++) {
            answer = get("smk_guess-" + i, "2001:db8::" + i, "/v1/sessions");
        }
        tooMuch(answer);
        assertEquals(
                200, get(TwoTenants.LOUD, "2001:db8:0:1::1", "/v1/sessions").statusCode());
        tooMuch(get(TwoTenants.LOUD, "203.0.113.1, 2001:db8::9", "/v1/sessions"));
        CompletionException handshake =
                org.junit.jupiter.api.Assertions.assertThrows(CompletionException.class, () -> node.client()
                        .newWebSocketBuilder()
                        .header("X-Forwarded-For", "2001:db8::9")
                        .buildAsync(node.webSocket("/v1/ws"), new java.net.http.WebSocket.Listener() {})
                        .join());
        assertEquals(
                429,
                ((java.net.http.WebSocketHandshakeException) handshake.getCause())
                        .getResponse()
                        .statusCode());
    }

    @Test
    void sessions_that_are_made_and_commands_are_counted_for_themselves() throws Exception {
        start(new Quota(1_000, 10_000, 5, 1, 100_000_000), PLENTY);
        HttpResponse<String> made = post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions", "{\"id\":\"s1\"}");
        assertEquals(201, made.statusCode(), made::body);
        for (int i = 0; i < 100 && made.statusCode() == 201; i++) {
            made = post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions", "{}");
        }
        tooMuch(made);
        HttpResponse<String> said = post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions/s1/inputs", "{\"text\":\"a\"}");
        assertEquals(202, said.statusCode(), said::body);
        for (int i = 0; i < 200 && said.statusCode() != 429; i++) {
            said = post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions/s1/commands", "{\"type\":\"cancel\"}");
        }
        tooMuch(said);
        assertEquals(
                201, post(TwoTenants.CALM, "192.0.2.1", "/v1/sessions", "{}").statusCode());
    }

    @Test
    void bytes_are_counted_whether_they_were_announced_or_not() throws Exception {
        start(new Quota(1_000, 10_000, 10_000, 10_000, 2_000), PLENTY);
        String long_ = "{\"text\":\"" + "x".repeat(3_000) + "\"}";
        assertEquals(
                404,
                post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions/none/inputs", long_)
                        .statusCode(),
                "a full bucket has it");
        tooMuch(post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions/none/inputs", long_));
        HttpRequest.Builder chunked = as(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions/none/inputs")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(long_)));
        tooMuch(node.send(chunked));
        assertEquals(
                404,
                post(TwoTenants.CALM, "192.0.2.1", "/v1/sessions/none/inputs", long_)
                        .statusCode());
    }
}
