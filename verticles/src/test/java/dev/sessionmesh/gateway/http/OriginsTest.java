package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
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
