package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.webhook.WebhookLimits;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WebhookRoutesTest {
    private static final String SHOP = "{\"id\":\"shop\",\"url\":\"https://shop.example/hook?key=1\"}";
    private HttpNode node;

    @BeforeEach
    void start() throws Exception {
        node = new HttpNode();
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void a_webhook_is_made_once_found_changed_and_deleted() throws Exception {
        HttpResponse<String> made = node.post("/v1/webhooks", SHOP);
        assertEquals(201, made.statusCode(), made::body);
        assertEquals("/v1/webhooks/shop", made.headers().firstValue("Location").orElse(""));
        assertEquals(200, node.post("/v1/webhooks", SHOP).statusCode());
        refused(409, "webhook_conflict", node.post("/v1/webhooks", SHOP.replace("key=1", "key=2")));
        JsonArray listed = json(node.get("/v1/webhooks")).getJsonArray("webhooks");
        assertEquals(1, listed.size());
        assertEquals("ok", listed.getJsonObject(0).getString("state"));
        JsonObject shown = json(node.get("/v1/webhooks/shop"));
        assertEquals(0, shown.getInteger("deliveries"));
        assertEquals(1, shown.getInteger("nodesAnswered"));
        JsonObject changed = json(put("shop", "{\"url\":\"https://new.example/\",\"events\":[\"approval*\"]}"));
        assertEquals("https://new.example/", changed.getString("url"));
        assertEquals(List.of("approval*"), changed.getJsonArray("events").getList());
        refused(400, "bad_field", put("shop", "{\"id\":\"other\",\"url\":\"https://new.example/\"}"));
        assertEquals(204, node.delete("/v1/webhooks/shop").statusCode());
        refused(404, "webhook_not_found", node.get("/v1/webhooks/shop"));
    }

    @Test
    void a_webhook_without_an_id_gets_one() throws Exception {
        JsonObject made = json(node.post("/v1/webhooks", "{\"url\":\"https://shop.example/\"}"));
        assertEquals(200, node.get("/v1/webhooks/" + made.getString("id")).statusCode());
    }

    @Test
    void a_webhook_is_paused_and_resumed() throws Exception {
        node.post("/v1/webhooks", SHOP);
        JsonObject paused = json(node.post("/v1/webhooks/shop/pause", "{}"));
        assertEquals("paused", paused.getString("state"));
        assertEquals("asked", paused.getString("pausedBecause"));
        assertEquals("ok", json(node.post("/v1/webhooks/shop/resume", "{}")).getString("state"));
    }

    @Test
    void a_tenant_has_so_many_and_no_more() throws Exception {
        int most = WebhookLimits.DEFAULT.endpointsPerTenant();
        for (int i = 0; i < most; i++) {
            assertEquals(
                    201,
                    node.post("/v1/webhooks", SHOP.replace("shop", "w" + i)).statusCode());
        }
        long until = System.nanoTime() + 10_000_000_000L;
        HttpResponse<String> next = node.post("/v1/webhooks", SHOP);
        for (int i = 0; next.statusCode() == 201 && System.nanoTime() < until; i++) {
            // The count is what the node knows, a moment late.
            next = node.post("/v1/webhooks", SHOP.replace("shop", "more" + i));
        }
        refused(409, "too_many_webhooks", next);
    }

    @Test
    void a_replay_is_of_a_session_and_from_a_seq_that_it_has() throws Exception {
        node.post("/v1/webhooks", SHOP.replace("}", ",\"sessions\":[\"a*\"]}"));
        node.post("/v1/sessions", "{\"id\":\"a1\"}");
        node.post("/v1/sessions", "{\"id\":\"b1\"}");
        String replay = "/v1/webhooks/shop/replay";
        assertEquals(202, node.post(replay, "{\"session\":\"a1\",\"after\":0}").statusCode());
        assertEquals(202, node.post(replay, "{\"session\":\"a1\",\"after\":-1}").statusCode());
        refused(400, "bad_field", node.post(replay, "{\"session\":\"a1\",\"after\":-2}"));
        refused(400, "position_ahead", node.post(replay, "{\"session\":\"a1\",\"after\":1}"));
        refused(400, "bad_field", node.post(replay, "{\"session\":\"b1\",\"after\":0}"));
        refused(400, "bad_field", node.post(replay, "{\"session\":\"a1\"}"));
        refused(400, "bad_field", node.post(replay, "{\"session\":\"a/1\",\"after\":0}"));
        refused(404, "session_not_found", node.post(replay, "{\"session\":\"a2\",\"after\":0}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"url\":7}",
                "{\"url\":\"http://shop.example/\"}",
                "{\"url\":\"https://10.0.0.1/\"}",
                "{\"url\":\"https://[::1]/\"}",
                "{\"url\":\"https://a:b@shop.example/\"}",
                "{\"url\":\"https://shop.example/\",\"id\":\"a/b\"}",
                "{\"url\":\"https://shop.example/\",\"events\":\"all\"}",
                "{\"url\":\"https://shop.example/\",\"events\":[7]}",
                "{\"url\":\"https://shop.example/\",\"events\":[\"token\"]}",
                "{\"url\":\"https://shop.example/\",\"events\":[\"Turn!\"]}",
                "{\"url\":\"https://shop.example/\",\"sessions\":[\"a b\"]}",
                "{\"url\":\"https://shop.example/\",\"description\":\"a\\nb\"}",
                "{\"url\":\"https://shop.example/\",\"secret\":\"x\"}",
            })
    void what_is_no_webhook_is_refused(String body) throws Exception {
        refused(400, "bad_field", node.post("/v1/webhooks", body));
    }

    @Test
    void without_the_administration_of_all_sessions_nothing_is_told() throws Exception {
        node.post("/v1/webhooks", SHOP);
        node.permits = false;
        refused(403, "forbidden", node.get("/v1/webhooks"));
        refused(403, "forbidden", node.get("/v1/webhooks/shop"));
        refused(403, "forbidden", node.get("/v1/webhooks/none"));
        refused(403, "forbidden", node.post("/v1/webhooks", SHOP));
        refused(403, "forbidden", node.delete("/v1/webhooks/shop"));
    }

    @Test
    void the_keys_are_for_everybody_and_hold_no_secret() throws Exception {
        node.permits = false;
        HttpResponse<String> keys = node.get("/.well-known/jwks.json");
        assertEquals(200, keys.statusCode());
        assertTrue(keys.headers().firstValue("Cache-Control").orElse("").contains("max-age"));
        JsonObject key = json(keys).getJsonArray("keys").getJsonObject(0);
        assertFalse(key.containsKey("d"));
        assertEquals("OKP", key.getString("kty"));
    }

    private HttpResponse<String> put(String id, String body) throws Exception {
        return node.send(node.request("/v1/webhooks/" + id)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    private static void refused(int status, String code, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response::body);
        assertEquals(code, json(response).getJsonObject("error").getString("code"), response::body);
    }

    private static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }
}
