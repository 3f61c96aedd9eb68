package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WebFilesTest {
    private static HttpNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new HttpNode();
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @Test
    void the_first_page_is_html_that_may_run_only_what_comes_from_here() throws Exception {
        HttpResponse<String> page = node.get("/");
        assertEquals(200, page.statusCode());
        assertTrue(header(page, "Content-Type").startsWith("text/html"), header(page, "Content-Type"));
        assertTrue(page.body().contains("Sessionmesh"));
        String policy = header(page, "Content-Security-Policy");
        assertTrue(policy.startsWith("default-src 'self'; connect-src 'self' http://127.0.0.1:*"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals("nosniff", header(page, "X-Content-Type-Options"));
        assertEquals("no-cache", header(page, "Cache-Control"));
    }

    @Test
    void the_page_may_talk_to_the_other_nodes_and_to_nobody_else() throws Exception {
        node.nodes = List.of(
                new ClusterView.Node("n1", "", true), new ClusterView.Node("n2", "https://N2.example:443/x", false));
        String policy = header(node.get("/"), "Content-Security-Policy");
        assertTrue(policy.contains(" https://n2.example wss://n2.example;"), policy);
        assertFalse(policy.contains(" ws:;") || policy.contains(" ws: ") || policy.contains(" wss: "), policy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../logback.xml",
                "/%2e%2e/logback.xml",
                "/..%2flogback.xml",
                "/assets/..%5c..%5clogback.xml",
                "/dev/sessionmesh/gateway/http/openapi.yaml",
                "/nothing.js"
            })
    void nothing_but_the_consoles_files_is_there(String path) throws Exception {
        HttpResponse<String> page = node.get(path);
        assertTrue(page.statusCode() == 404 || page.statusCode() == 400, path + " " + page.statusCode());
    }

    @Test
    void the_console_is_beside_it_with_the_same_policy() throws Exception {
        HttpResponse<String> there = node.get("/console");
        assertEquals(302, there.statusCode());
        assertEquals("console/", header(there, "Location"), "relative, for proxies that add a path");
        HttpResponse<String> console = node.get("/console/");
        assertEquals(200, console.statusCode());
        assertTrue(console.body().contains("assets/console-"), console.body());
        assertFalse(console.body().contains("<script>"), "no script stands in the page");
        assertTrue(header(console, "Content-Security-Policy").startsWith("default-src 'self';"));
    }

    @Test
    void answers_of_the_api_are_not_kept() throws Exception {
        assertEquals("no-store", header(node.get("/v1/cluster"), "Cache-Control"));
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
