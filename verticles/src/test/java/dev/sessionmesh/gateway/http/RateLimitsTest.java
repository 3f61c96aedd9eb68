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
    private static final Quota PLENTY = new Quota(Quota.ANY, 1_000, 10_000, 10_000, 10_000, 100_000_000);

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
                new QuotaPlan(Map.of(), tenants, PLENTY, addresses));
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
        start(new Quota(Quota.ANY, 1_000, 5, 10_000, 10_000, 100_000_000), PLENTY);
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
        start(PLENTY, new Quota(Quota.ANY, 1_000, 5, 10_000, 10_000, 100_000_000));
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
        start(new Quota(Quota.ANY, 1_000, 10_000, 5, 1, 100_000_000), PLENTY);
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
    void a_tenant_has_so_many_sessions_and_room_again_when_one_is_deleted() throws Exception {
        start(new Quota(5, 1_000, 10_000, 10_000, 10_000, 100_000_000), PLENTY);
        for (int i = 1; i <= 5; i++) {
            String id = "{\"id\":\"s" + i + "\"}";
            assertEquals(
                    201, post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions", id).statusCode());
            assertEquals(
                    200,
                    post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions", id).statusCode(),
                    "one that is there takes no place");
        }
        HttpResponse<String> sixth = post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions", "{\"id\":\"s6\"}");
        assertEquals(409, sixth.statusCode(), sixth::body);
        JsonObject error = new JsonObject(sixth.body()).getJsonObject("error");
        assertEquals("too_many_sessions", error.getString("code"));
        assertEquals("the limit of the tenant: 5 sessions", error.getString("message"));
        assertEquals(
                200,
                post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions", "{\"id\":\"s3\"}")
                        .statusCode(),
                "whoever may have no more still finds his own");
        assertEquals(
                201, post(TwoTenants.CALM, "192.0.2.1", "/v1/sessions", "{}").statusCode());
        JsonObject usage =
                new JsonObject(get(TwoTenants.LOUD, "192.0.2.1", "/v1/usage").body());
        assertEquals(5, usage.getInteger("sessions"));
        assertEquals(5, usage.getJsonObject("limits").getInteger("sessions"));
        assertEquals(new JsonObject().put("sessions", 1), usage.getJsonObject("limited"));
        assertEquals(1, node.hits.get().get("tenant.sessions"));
        assertEquals(
                204,
                node.send(as(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions/s1").DELETE())
                        .statusCode());
        long until = System.nanoTime() + 20_000_000_000L;
        while (post(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions", "{\"id\":\"s6\"}")
                        .statusCode()
                != 201) {
            assertTrue(System.nanoTime() < until, "the count is old");
            Thread.sleep(100);
        }
    }

    @Test
    void many_who_make_sessions_at_once_get_no_more_than_there_is_room_for() throws Exception {
        start(new Quota(7, 1_000, 10_000, 10_000, 10_000, 100_000_000), PLENTY);
        var answers = new java.util.ArrayList<java.util.concurrent.CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < 60; i++) {
            answers.add(node.client()
                    .sendAsync(
                            as(TwoTenants.LOUD, "192.0.2.1", "/v1/sessions")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()));
        }
        long made = 0;
        for (var answer : answers) {
            made += answer.join().statusCode() == 201 ? 1 : 0;
        }
        assertEquals(7, made);
    }

    @Test
    void a_user_is_held_back_alone() throws Exception {
        node = new HttpNode(
                Optional.empty(),
                vertx -> Optional.empty(),
                new QuotaPlan(Map.of(), PLENTY, new Quota(Quota.ANY, 1, 5, 10_000, 10_000, 100_000_000), PLENTY));
        HttpResponse<String> answer = node.get("/v1/sessions?user=ann");
        for (int i = 0; i < 100 && answer.statusCode() == 200; i++) {
            answer = node.get("/v1/sessions?user=ann");
        }
        tooMuch(answer);
        assertEquals(200, node.get("/v1/sessions?user=bob").statusCode());
        for (int i = 0; i < 20; i++) {
            assertEquals(200, node.get("/v1/sessions").statusCode(), "who has no name is no user");
        }
        assertTrue(node.hits.get().get("user.request") > 0);
        assertEquals(0, node.hits.get().get("tenant.request"));
    }

    @Test
    void what_a_tenant_uses_is_for_those_who_administer_it() throws Exception {
        node = new HttpNode();
        node.permits = false;
        assertEquals(403, node.get("/v1/usage").statusCode());
    }

    @Test
    void bytes_are_counted_whether_they_were_announced_or_not() throws Exception {
        start(new Quota(Quota.ANY, 1_000, 10_000, 10_000, 10_000, 2_000), PLENTY);
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
