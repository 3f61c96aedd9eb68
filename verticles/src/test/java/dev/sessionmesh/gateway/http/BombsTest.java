package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Little that would become much: packed bodies, and JSON that is deep, long, large or ambiguous. */
@Timeout(60)
class BombsTest {
    /** None costs more than reading it does. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private static HttpNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new HttpNode();
        node.post("/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}");
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    static Stream<Arguments> bombs() {
        String million = "1".repeat(1_000_000);
        return Stream.of(
                Arguments.of("deep arrays", "{'type':'tool_result','callId':'k1','result':" + "[".repeat(500_000)),
                Arguments.of("deep objects", "{'type':'tool_result','callId':'k1','result':" + "{'a':".repeat(200_000)),
                Arguments.of("deep where nobody looks", "{'type':'ping','x':" + "[".repeat(500_000)),
                Arguments.of("a long number", "{'type':'tool_result','callId':'k1','result':" + million + "}"),
                Arguments.of("a long number as seq", "{'type':'attach','session':'s1','after':" + million + "}"),
                Arguments.of("a huge exponent", "{'type':'attach','session':'s1','after':1e999999999}"),
                Arguments.of("a huge negative exponent", "{'type':'attach','session':'s1','after':1e-999999999}"),
                Arguments.of("a long name", "{'type':'ping','" + "n".repeat(1_000_000) + "':1}"),
                Arguments.of("a field twice", "{'type':'input','text':'a','text':'b'}"),
                Arguments.of("a type twice", "{'type':'ping','type':'input','text':'a'}"),
                Arguments.of("a field twice inside", "{'type':'tool_result','callId':'k1','result':{'a':1,'a':2}}"),
                Arguments.of("a name twice by escapes", "{'type':'input','text':'a','\\u0074ext':'b'}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void json_that_is_made_to_hurt_is_refused_at_once(String name, String bomb) throws Exception {
        String json = bomb.replace('\'', '"');
        HeardFrames heard = new HeardFrames();
        WebSocket socket = node.client()
                .newWebSocketBuilder()
                .buildAsync(node.webSocket("/v1/ws"), heard)
                .get(10, TimeUnit.SECONDS);
        heard.next("welcome");
        Assertions.assertTimeout(AT_ONCE, () -> {
            socket.sendText(json, true).get(10, TimeUnit.SECONDS);
            String code = heard.next("error").getString("code");
            assertTrue(code.equals("bad_json") || code.equals("bad_field"), code);
        });
        socket.abort();
        Assertions.assertTimeout(
                AT_ONCE,
                () -> assertEquals(
                        400, node.post("/v1/sessions/s1/commands", json).statusCode()));
    }

    /** The numbers themselves are passed on as they were written, and nobody counts with them. */
    @Test
    void a_huge_exponent_in_a_result_is_only_text() {
        Assertions.assertTimeout(AT_ONCE, () -> {
            HttpResponse<String> answer = node.post(
                    "/v1/sessions/s1/commands",
                    "{\"type\":\"tool_result\",\"callId\":\"k1\",\"result\":[1e999999999,-1e-999999999]}");
            assertEquals(404, answer.statusCode(), "there is no such call, and that is all that was found");
        });
    }

    @Test
    void many_fields_cost_no_more_than_their_length() {
        StringBuilder wide = new StringBuilder("{\"type\":\"ping\"");
        for (int i = 0; i < 100_000; i++) {
            wide.append(",\"f").append(i).append("\":0");
        }
        Assertions.assertTimeout(
                AT_ONCE,
                () -> assertEquals(
                        400,
                        node.post("/v1/sessions/s1/commands", wide.append('}').toString())
                                .statusCode()));
    }

    @Test
    void a_packed_body_is_refused_and_not_unpacked() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write("{\"text\":\"".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 1_000; i++) {
                out.write(new byte[100_000]);
            }
        }
        for (String encoding : new String[] {"gzip", "deflate", "br", "identity, gzip", "zstd"}) {
            HttpResponse<String> answer = node.send(node.request("/v1/sessions/s1/inputs")
                    .header("Content-Type", "application/json")
                    .header("Content-Encoding", encoding)
                    .POST(BodyPublishers.ofByteArray(packed.toByteArray())));
            assertEquals(400, answer.statusCode(), encoding);
            assertTrue(answer.body().contains("Content-Encoding"), answer::body);
        }
    }

    @Test
    void compression_is_not_agreed_to_and_a_packed_frame_ends_the_connection() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), node.webSocket("").getPort())) {
            socket.setSoTimeout(10_000);
            String offer = String.join(
                    "\r\n",
                    "GET /v1/ws HTTP/1.1",
                    "Host: 127.0.0.1",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
                    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame",
                    "",
                    "");
            socket.getOutputStream().write(offer.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            assertTrue(head.toString().startsWith("HTTP/1.1 101"), head::toString);
            assertFalse(head.toString().toLowerCase(Locale.ROOT).contains("extensions"), head::toString);
            // FIN, RSV1 (packed), text; masked with zeros.
            socket.getOutputStream().write(new byte[] {(byte) 0xC1, (byte) 0x82, 0, 0, 0, 0, '{', '}'});
            byte[] rest = in.readAllBytes();
            // Behind the welcome, which is ASCII but for its length, the first frame that closes.
            int close = 4;
            while (close < rest.length && (rest[close] & 0xff) != 0x88) {
                close++;
            }
            assertTrue(close + 3 < rest.length, () -> HexFormat.of().formatHex(rest));
            assertEquals(1002, (rest[close + 2] & 0xff) << 8 | rest[close + 3] & 0xff, () -> HexFormat.of()
                    .formatHex(rest));
        }
    }

    @Test
    void a_body_that_is_too_large_is_refused_as_soon_as_that_is_known() throws Exception {
        HttpResponse<String> answer = node.post("/v1/sessions/s1/inputs", " ".repeat(3_000_000));
        assertEquals(413, answer.statusCode());
        assertEquals(
                "too_large",
                new JsonObject(answer.body()).getJsonObject("error").getString("code"));
    }
}
