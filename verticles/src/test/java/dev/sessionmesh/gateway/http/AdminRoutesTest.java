package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(30)
class AdminRoutesTest {
    @Test
    void a_drain_is_begun_seen_and_broken_off() throws Exception {
        try (HttpNode node = new HttpNode()) {
            assertEquals("serving", json(node.get("/admin/status")).getString("phase"));
            assertEquals(202, node.post("/admin/drain", "").statusCode());
            assertEquals("draining", json(node.post("/admin/drain", "{}")).getString("phase"), "asked for again");
            assertEquals("serving", json(node.delete("/admin/drain")).getString("phase"));
            refused(409, "too_late", node.delete("/admin/drain"));
        }
    }

    @Test
    void nodes_and_partitions_are_given_up_by_name_and_number() throws Exception {
        try (HttpNode node = new HttpNode()) {
            assertEquals(200, node.post("/admin/forget", "{\"node\":\"n2\"}").statusCode());
            refused(400, "bad_field", node.post("/admin/forget", "{\"node\":\"n9\"}"));
            refused(400, "bad_field", node.post("/admin/forget", "{\"node\":7}"));
            refused(400, "bad_json", node.post("/admin/forget", "n2"));
            assertEquals(200, node.post("/admin/partitions/270/release", "").statusCode());
            refused(400, "bad_field", node.post("/admin/partitions/271/release", ""));
            refused(400, "bad_field", node.post("/admin/partitions/-1/release", ""));
        }
    }

    @Test
    void the_copies_of_a_session_are_compared_on_demand() throws Exception {
        try (HttpNode node = new HttpNode()) {
            assertEquals(7, json(node.get("/admin/copies/s1")).getLong("head"));
            refused(503, "unavailable", node.get("/admin/copies/s2"));
            refused(404, "session_not_found", node.get("/admin/copies/no%20id"));
        }
    }

    @Test
    void what_splits_lost_is_listed_read_and_thrown_away() throws Exception {
        try (HttpNode node = new HttpNode()) {
            JsonObject all = json(node.get("/admin/lost-and-found"));
            assertEquals(1, all.getJsonArray("entries").size());
            String entry = "/admin/lost-and-found/default.s1-3-2a";
            assertEquals("s1", json(node.get(entry)).getString("session"));
            assertEquals(204, node.delete(entry).statusCode());
            assertEquals(404, node.delete(entry).statusCode());
            assertEquals(404, node.get(entry).statusCode());
        }
    }

    @Test
    void how_much_is_logged_is_changed_while_the_node_runs() throws Exception {
        try (HttpNode node = new HttpNode()) {
            String logger = "/admin/loggers/dev.sessionmesh.routing";
            JsonObject changed = json(put(node, logger, "{\"level\":\"debug\"}"));
            assertEquals("debug", changed.getJsonObject("loggers").getString("dev.sessionmesh.routing"));
            assertTrue(
                    LoggerFactory.getLogger("dev.sessionmesh.routing.Followed").isDebugEnabled());
            put(node, logger, "{\"level\":null}");
            assertFalse(
                    LoggerFactory.getLogger("dev.sessionmesh.routing.Followed").isDebugEnabled());
            assertFalse(
                    json(node.get("/admin/loggers")).getJsonObject("loggers").containsKey("dev.sessionmesh.routing"));
            refused(400, "bad_field", put(node, logger, "{\"level\":\"loud\"}"));
            refused(400, "bad_field", put(node, logger, "{\"level\":7}"));
            refused(400, "bad_field", put(node, logger, "{}"));
            refused(400, "bad_json", put(node, logger, "debug"));
            refused(400, "bad_field", put(node, "/admin/loggers/io.netty.handler.logging", "{\"level\":\"debug\"}"));
        }
    }

    private static HttpResponse<String> put(HttpNode node, String path, String body) throws Exception {
        return node.send(
                node.request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body)));
    }

    @Test
    void only_who_has_the_token_is_let_in_where_there_is_one() throws Exception {
        try (HttpNode node = new HttpNode(Optional.of("open-sesame"))) {
            refused(403, "forbidden", node.get("/admin/status"));
            assertEquals(403, bearing(node, "open-sesam").statusCode());
            assertEquals(200, bearing(node, "open-sesame").statusCode());
            assertEquals(200, node.get("/v1/cluster").statusCode(), "clients need none");
        }
    }

    @Test
    void without_a_token_a_proxy_on_the_same_machine_is_not_trusted() throws Exception {
        try (HttpNode node = new HttpNode()) {
            for (String header : new String[] {"X-Forwarded-For", "Forwarded"}) {
                HttpRequest passedOn = node.request("/admin/status")
                        .header(header, "for=192.0.2.7")
                        .build();
                assertEquals(
                        403,
                        node.client()
                                .send(passedOn, HttpResponse.BodyHandlers.ofString())
                                .statusCode());
            }
        }
    }

    @Test
    void metrics_are_for_who_has_their_token_or_the_admins_and_the_metrics_token_is_good_for_nothing_else()
            throws Exception {
        try (HttpNode node = new HttpNode(Optional.of("open-sesame"))) {
            assertEquals(403, bearing(node, "/metrics", "guessed").statusCode());
            refused(403, "forbidden", node.get("/metrics"));
            assertEquals(200, bearing(node, "/metrics", "open-sesame").statusCode());
            HttpResponse<String> page = bearing(node, "/metrics", HttpNode.METRICS_TOKEN);
            assertEquals(200, page.statusCode());
            assertTrue(page.headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version=0.0.4"));
            assertTrue(page.body().contains("# TYPE sessionmesh_tabs gauge\nsessionmesh_tabs 0.0\n"));
            assertEquals(
                    403, bearing(node, "/admin/status", HttpNode.METRICS_TOKEN).statusCode());
        }
    }

    @Test
    void without_an_admin_token_metrics_are_for_programs_on_the_same_machine_and_for_who_has_their_token()
            throws Exception {
        try (HttpNode node = new HttpNode()) {
            assertEquals(200, node.get("/metrics").statusCode());
            HttpRequest.Builder passedOn = node.request("/metrics").header("X-Forwarded-For", "192.0.2.7");
            assertEquals(403, node.send(passedOn).statusCode());
            assertEquals(
                    200,
                    node.send(passedOn.header("Authorization", "Bearer " + HttpNode.METRICS_TOKEN))
                            .statusCode());
        }
    }

    @Test
    void a_page_of_another_origin_drains_nothing() throws Exception {
        try (HttpNode node = new HttpNode()) {
            HttpRequest form = node.request("/admin/drain")
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("{}"))
                    .build();
            refused(400, "bad_field", node.client().send(form, HttpResponse.BodyHandlers.ofString()));
            HttpRequest foreign = node.request("/admin/drain")
                    .header("Origin", "https://evil.example")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{}"))
                    .build();
            assertEquals(
                    403,
                    node.client()
                            .send(foreign, HttpResponse.BodyHandlers.ofString())
                            .statusCode());
            assertEquals("serving", json(node.get("/admin/status")).getString("phase"));
        }
    }

    private static HttpResponse<String> bearing(HttpNode node, String token) throws Exception {
        return bearing(node, "/admin/status", token);
    }

    private static HttpResponse<String> bearing(HttpNode node, String path, String token) throws Exception {
        HttpRequest request =
                node.request(path).header("Authorization", "Bearer " + token).build();
        return node.client().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private static void refused(int status, String code, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(code, json(response).getJsonObject("error").getString("code"));
    }
}
