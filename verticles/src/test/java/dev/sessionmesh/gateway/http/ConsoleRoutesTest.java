package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.console.Survey;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ConsoleRoutesTest {
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
    void sessions_are_found_by_tenant_beginning_state_and_what_waits() throws Exception {
        assertEquals(List.of("release-1", "invoice-41", "release-planning", "release-review"), ids("/admin/sessions"));
        assertEquals(List.of("release-1"), ids("/admin/sessions?tenant=acme"));
        assertEquals(List.of("release-1", "release-planning", "release-review"), ids("/admin/sessions?prefix=release"));
        assertEquals(List.of("release-planning"), ids("/admin/sessions?state=awaiting_approval"));
        assertEquals(List.of("release-planning"), ids("/admin/sessions?waiting=true"));
        assertEquals(List.of("release-review"), ids("/admin/sessions?after=default%2Frelease-planning"));
        assertEquals(List.of("release-1"), ids("/admin/sessions?limit=1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state=running",
                "tenant=a%20b",
                "prefix=%2e%2e%2f",
                "after=s1",
                "after=a/b/c",
                "limit=0",
                "limit=201"
            })
    void what_can_not_be_looked_for_is_refused(String query) throws Exception {
        HttpResponse<String> refused = node.get("/admin/sessions?" + query);
        assertEquals(400, refused.statusCode(), refused.body());
        assertEquals(
                "bad_field",
                new JsonObject(refused.body()).getJsonObject("error").getString("code"));
    }

    @Test
    void a_node_that_does_not_answer_holds_nobody_up_for_long_and_is_named() throws Exception {
        node.members = List.of(new Survey.Member("n1-1", "n1"), new Survey.Member("n2-1", "n2"));
        long begun = System.nanoTime();
        for (String path : List.of("/admin/mesh", "/admin/timeline", "/admin/delivery", "/admin/config")) {
            JsonObject answer = json(node.get(path));
            assertEquals(List.of("n2"), answer.getJsonArray("silent").getList(), path);
        }
        assertTrue(System.nanoTime() - begun < 15_000_000_000L);
        HttpResponse<String> drained = node.post("/admin/nodes/n2/drain", "");
        assertEquals(503, drained.statusCode());
        assertEquals("unavailable", json(drained).getJsonObject("error").getString("code"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"..", "%2e%2e", "..%2f..%2fpom.xml", "tour%2f..%2ftour", "%2fetc%2fpasswd", "tour%00", "none"})
    void nothing_but_reports_can_be_read(String name) throws Exception {
        for (String path : List.of("/admin/drills/" + name, "/admin/drills/" + name + "/page")) {
            int status = node.get(path).statusCode();
            assertTrue(status == 404 || status == 400, path + " " + status);
        }
    }

    @Test
    void a_reports_page_is_to_be_saved_and_never_runs_here() throws Exception {
        HttpResponse<String> page = node.get("/admin/drills/tour/page");
        assertTrue(page.body().contains("<title>drill tour"));
        assertEquals(
                "attachment; filename=\"tour.html\"",
                page.headers().firstValue("Content-Disposition").orElse(""));
        assertTrue(
                page.headers().firstValue("Content-Security-Policy").orElse("").startsWith("sandbox;"));
        assertEquals(
                "nosniff", page.headers().firstValue("X-Content-Type-Options").orElse(""));
    }

    private List<String> ids(String path) throws Exception {
        return json(node.get(path)).getJsonArray("sessions").stream()
                .map(JsonObject.class::cast)
                .map(row -> row.getString("id"))
                .toList();
    }

    private static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }
}
