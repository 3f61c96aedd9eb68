package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OriginsTest {
    private static final String ALLOWED = "Access-Control-Allow-Origin";
    private static final String UPGRADE =
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n";
    private static HttpNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new HttpNode();
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:5173", "http://127.0.0.1", "https://localhost", "http://[::1]:3000"})
    void pages_of_this_machine_may_call(String origin) throws Exception {
        HttpResponse<String> asked = node.send(node.request("/v1/sessions")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody()));
        assertEquals(204, asked.statusCode());
        assertTrue(asked.headers()
                .firstValue("Access-Control-Allow-Headers")
                .orElse("")
                .contains("Idempotency-Key"));
        HttpResponse<String> made = make(origin);
        assertEquals(201, made.statusCode());
        assertEquals(origin, made.headers().firstValue(ALLOWED).orElse(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://localhost.evil.example",
                "null",
                "http://127.0.0.1:80.evil.example"
            })
    void pages_of_others_may_not_change_anything(String origin) throws Exception {
        HttpResponse<String> made = make(origin);
        assertEquals(403, made.statusCode());
        assertFalse(made.headers().firstValue(ALLOWED).isPresent());
        HttpResponse<String> read =
                node.send(node.request("/v1/sessions").header("Origin", origin).GET());
        assertFalse(read.headers().firstValue(ALLOWED).isPresent());
    }

    @Test
    void pages_of_this_host_may_call_by_whatever_name_it_has() throws Exception {
        URI here = node.request("/").build().uri();
        assertEquals(201, make("http://" + here.getAuthority()).statusCode());
        assertEquals(
                403,
                make("http://" + here.getHost() + ".example:" + here.getPort()).statusCode());
    }

    @Test
    void pages_of_others_may_not_open_a_web_socket() throws Exception {
        assertTrue(opens("http://localhost:5173"));
        assertTrue(opens(""));
        assertFalse(opens("https://evil.example"));
        assertFalse(opens("null"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://n2.example", "http://10.0.0.3:8080", "https://console.example"})
    void pages_of_the_other_nodes_and_of_those_allowed_may_call(String origin) throws Exception {
        node.nodes = List.of(
                new ClusterView.Node("n1", "", true),
                new ClusterView.Node("n2", "https://n2.example/", false),
                new ClusterView.Node("n3", "http://10.0.0.3:8080", false));
        HttpResponse<String> made = make(origin);
        assertEquals(201, made.statusCode());
        assertEquals(origin, made.headers().firstValue(ALLOWED).orElse(""));
        assertTrue(opens(origin));
        assertFalse(opens(origin + ":81"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8080",
                "127.0.0.1",
                "10.1.2.3:80",
                "[::1]:8080",
                "[fd00::1]",
                "mesh.example",
                "MESH.example:81",
                "n2.example"
            })
    void a_request_for_a_known_host_is_answered(String host) throws Exception {
        node.nodes = List.of(new ClusterView.Node("n2", "https://n2.example/", false));
        assertEquals("200", status(host, "/health/ready", ""));
    }

    /**
     * What a page gets whose name was made to point at this machine: to its browser it is of the same origin.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:8080",
                "mesh.example.evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil:example:80",
                ""
            })
    void a_request_for_another_host_is_turned_away(String host) throws Exception {
        String origin = "Origin: http://" + host + "\r\n";
        assertTrue(Set.of("403", "400").contains(status(host, "/v1/cluster", origin)));
        assertTrue(Set.of("403", "400").contains(status(host, "/", "")));
        String upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n" + UPGRADE;
        assertTrue(Set.of("403", "400").contains(status(host, "/v1/ws", origin + upgrade)));
    }

    /** The client of the JDK sets the host itself. */
    private static String status(String host, String path, String headers) throws Exception {
        URI here = node.request("/").build().uri();
        try (Socket socket = new Socket(here.getHost(), here.getPort())) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(start, StandardCharsets.US_ASCII).substring("HTTP/1.1 ".length());
        }
    }

    private static boolean opens(String origin) throws Exception {
        var builder = node.client().newWebSocketBuilder();
        if (!origin.isEmpty()) {
            builder.header("Origin", origin);
        }
        try {
            builder.buildAsync(node.webSocket("/v1/ws"), new WebSocket.Listener() {})
                    .get(10, TimeUnit.SECONDS)
                    .abort();
            return true;
        } catch (ExecutionException refused) {
            WebSocketHandshakeException handshake =
                    assertInstanceOf(WebSocketHandshakeException.class, refused.getCause());
            assertEquals(403, handshake.getResponse().statusCode());
            return false;
        }
    }

    @Test
    void a_call_without_an_origin_is_no_pages_business() throws Exception {
        assertEquals(201, node.post("/v1/sessions", "{}").statusCode());
    }

    private static HttpResponse<String> make(String origin) throws Exception {
        return node.send(node.request("/v1/sessions")
                .header("Origin", origin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
    }
}
