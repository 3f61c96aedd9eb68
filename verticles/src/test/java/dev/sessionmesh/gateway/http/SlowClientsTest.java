package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that never come to an end, against a node with its usual times. */
@Timeout(60)
class SlowClientsTest {
    private static final String HOST = "Host: 127.0.0.1\r\n";

    @Test
    void slow_requests_and_handshakes_are_ended_and_meanwhile_others_are_answered() throws Exception {
        try (HttpNode node = new HttpNode()) {
            int port = node.webSocket("").getPort();
            List<Socket> slow = new ArrayList<>();
            try {
                for (int i = 0; i < 200; i++) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    socket.setSoTimeout(40_000);
                    say(
                            socket,
                            i % 2 == 0 ? "GET /v1/sessions HT" : "GET /v1/ws HTTP/1.1\r\nUpgrade: websocket\r\nX-a: ");
                    slow.add(socket);
                }
                long from = System.nanoTime();
                int ended = 0;
                while (ended < slow.size()) {
                    assertEquals(200, node.get("/v1/sessions").statusCode());
                    ended = 0;
                    for (Socket socket : slow) {
                        ended += dribbles(socket) ? 0 : 1;
                    }
                    assertTrue(System.nanoTime() - from < TimeUnit.SECONDS.toNanos(40), ended + " were ended");
                    Thread.sleep(500);
                }
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);
                assertTrue(seconds >= 10, "already after " + seconds + " s");
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
        }
    }

    /** A proxy passes on what was asked for on one connection and what follows on another: then they must agree where it ends. */
    @Test
    void a_request_whose_length_can_be_read_in_two_ways_is_refused() throws Exception {
        try (HttpNode node = new HttpNode()) {
            for (String head : List.of(
                    "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                    "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                    "Content-Length: -1\r\n\r\n{}",
                    "Content-Length: 2, 3\r\n\r\n{}")) {
                try (Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), node.webSocket("").getPort())) {
                    socket.setSoTimeout(10_000);
                    say(socket, "POST /v1/sessions HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n" + head);
                    String answer = line(socket);
                    assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 400"), head + answer);
                }
            }
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean dribbles(Socket socket) {
        try {
            say(socket, "a");
            return true;
        } catch (IOException ended) {
            return false;
        }
    }

    private static String line(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
