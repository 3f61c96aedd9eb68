package dev.sessionmesh.server.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoControlTest {
    private static final String TOKEN = "secret";

    private final HttpClient client = HttpClient.newHttpClient();
    private DemoCluster cluster;
    private DemoControl control;

    /** A node here is a process that ends when its standard input does, as nodes of the demo do. */
    @BeforeEach
    void start(@TempDir Path dir) throws IOException {
        DemoNode node = new DemoNode("n1", URI.create("http://127.0.0.1:1"), List.of("cat"), dir.resolve("n1.log"));
        cluster = new DemoCluster(List.of(node), new PrintWriter(PrintWriter.nullWriter()));
        cluster.startAll();
        control = DemoControl.start(cluster, TOKEN);
    }

    @AfterEach
    void stop() {
        control.close();
        cluster.close();
        client.close();
    }

    @Test
    void the_page_sees_kills_and_starts_a_node() throws Exception {
        long pid = listed().getLong("pid");
        assertTrue(ProcessHandle.of(pid).orElseThrow().isAlive());

        assertEquals(200, post("/nodes/n1/kill").statusCode());
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        assertFalse(listed().getBoolean("alive"));
        assertEquals(409, post("/nodes/n1/kill").statusCode());

        assertEquals(200, post("/nodes/n1/start").statusCode());
        assertTrue(listed().getBoolean("alive"));
        assertNotEquals(pid, listed().getLong("pid"));
        assertEquals(409, post("/nodes/n1/start").statusCode());
    }

    @Test
    void without_the_token_nothing_happens() throws Exception {
        for (var request :
                List.of(request("/nodes/n1/kill"), request("/nodes/n1/kill").header("X-Demo-Token", "guess"))) {
            assertEquals(
                    401,
                    client.send(
                                    request.POST(HttpRequest.BodyPublishers.noBody())
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode());
        }
        assertTrue(listed().getBoolean("alive"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://example.org", "http://127.0.0.1.example.org", "null", "http://localhost@example.org"})
    void a_page_from_elsewhere_is_refused_even_with_the_token(String origin) throws Exception {
        var answer = client.send(
                request("/nodes")
                        .header("X-Demo-Token", TOKEN)
                        .header("Origin", origin)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(403, answer.statusCode());
        assertTrue(answer.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
    }

    @Test
    void a_page_of_any_node_on_this_machine_may_ask_first_and_then_act() throws Exception {
        var asked = client.send(
                request("/nodes/n1/kill")
                        .header("Origin", "http://127.0.0.1:8082")
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(204, asked.statusCode());
        assertEquals(
                "http://127.0.0.1:8082",
                asked.headers().firstValue("Access-Control-Allow-Origin").orElseThrow());
        assertTrue(asked.headers()
                .firstValue("Access-Control-Allow-Headers")
                .orElseThrow()
                .contains("X-Demo-Token"));
        assertTrue(listed().getBoolean("alive"));
    }

    @ParameterizedTest
    @CsvSource({"/nodes/n9/kill, 404", "/nodes/n1/freeze, 404", "/nodes/../n1/kill, 404", "/nodes, 405", "/, 404"})
    void what_does_not_exist_is_refused(String path, int status) throws Exception {
        assertEquals(status, post(path).statusCode());
        assertTrue(listed().getBoolean("alive"));
    }

    private JsonObject listed() throws Exception {
        var answer = client.send(
                request("/nodes").header("X-Demo-Token", TOKEN).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
        return new JsonArray(answer.body()).getJsonObject(0);
    }

    private HttpResponse<String> post(String path) throws Exception {
        return client.send(
                request(path)
                        .header("X-Demo-Token", TOKEN)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control.port() + path));
    }
}
