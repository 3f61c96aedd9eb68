package dev.sessionmesh.chaos.wire;

import static dev.sessionmesh.chaos.wire.OneNode.attached;
import static dev.sessionmesh.chaos.wire.OneNode.frame;
import static dev.sessionmesh.chaos.wire.OneNode.input;
import static dev.sessionmesh.chaos.wire.OneNode.session;
import static dev.sessionmesh.chaos.wire.OneNode.welcomed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes that a decent WebSocket client never sends: the documented close code, and nobody else notices. */
@ExtendWith(OneNode.class)
@Timeout(120)
final class WireFramesIT {

    private static final int FIN = 0x80;
    private static final byte[] PING_TEXT = "{\"type\":\"ping\",\"id\":\"p\"}".getBytes(StandardCharsets.UTF_8);

    private String session;
    private RawSocket witness;

    @BeforeEach
    void a_witness_follows_a_session() throws IOException {
        session = session();
        witness = attached(session);
    }

    @AfterEach
    void the_witness_noticed_nothing() throws IOException {
        try (RawSocket socket = witness) {
            socket.send(input("c1", "slow 5")).collectStatus("completed");
        }
    }

    private static int closeCode(byte[] bytes) throws IOException {
        try (RawSocket socket = welcomed()) {
            socket.raw(bytes);
            return socket.awaitClose().code();
        }
    }

    @Test
    void an_unmasked_frame_is_a_protocol_error() throws Exception {
        assertEquals(1002, closeCode(RawSocket.encoded(FIN | RawSocket.TEXT, PING_TEXT, false)));
    }

    @Test
    void reserved_bits_are_a_protocol_error() throws Exception {
        assertEquals(1002, closeCode(RawSocket.encoded(FIN | 0x40 | RawSocket.TEXT, PING_TEXT, true)));
    }

    @Test
    void an_unknown_opcode_is_a_protocol_error() throws Exception {
        assertEquals(1002, closeCode(RawSocket.encoded(FIN | 3, PING_TEXT, true)));
    }

    @Test
    void a_continuation_of_nothing_is_a_protocol_error() throws Exception {
        assertEquals(1002, closeCode(RawSocket.encoded(FIN | RawSocket.CONTINUATION, PING_TEXT, true)));
    }

    @Test
    void a_ping_longer_than_allowed_is_a_protocol_error() throws Exception {
        assertEquals(1002, closeCode(RawSocket.encoded(FIN | RawSocket.PING, new byte[200], true)));
    }

    @Test
    void a_binary_frame_is_no_json_object_and_the_connection_survives() throws Exception {
        try (RawSocket socket = welcomed()) {
            socket.frame(FIN | RawSocket.BINARY, PING_TEXT, true);
            assertEquals("bad_json", socket.await("error").getString("code"));
            socket.send(frame("ping").put("id", "p1")).await("pong");
        }
    }

    @Test
    void text_that_is_not_utf8_is_named_and_closes_with_1007() throws Exception {
        byte[] invalid = {'{', '"', (byte) 0xc3, (byte) 0x28, '"', '}'};
        assertEquals(1007, closeCode(RawSocket.encoded(FIN | RawSocket.TEXT, invalid, true)));
    }

    @Test
    void a_frame_that_announces_more_than_allowed_closes_with_1009() throws Exception {
        byte[] header = {
            (byte) (FIN | RawSocket.TEXT), (byte) 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4,
        };
        assertEquals(1009, closeCode(header));
    }

    @Test
    void fragments_that_never_end_close_with_1009() throws Exception {
        try (RawSocket socket = welcomed()) {
            byte[] part = "x".repeat(60_000).getBytes(StandardCharsets.UTF_8);
            try {
                socket.frame(RawSocket.TEXT, part, true);
                for (int i = 0; i < 100; i++) {
                    socket.frame(RawSocket.CONTINUATION, part, true);
                }
            } catch (IOException closedAlready) {
                // the close is what is looked for below
            }
            int code = socket.awaitClose().code();
            // after its close frame the server resets the connection under what was still on its way
            assertTrue(code == 1009 || code == 1006, "closed with " + code);
        }
    }

    @Test
    void a_message_may_come_in_fragments() throws Exception {
        try (RawSocket socket = welcomed()) {
            socket.frame(RawSocket.TEXT, "{\"type\":\"pi".getBytes(StandardCharsets.UTF_8), true)
                    .frame(FIN | RawSocket.PING, new byte[] {1}, true)
                    .frame(RawSocket.CONTINUATION, "ng\",\"id\"".getBytes(StandardCharsets.UTF_8), true)
                    .frame(FIN | RawSocket.CONTINUATION, ":\"p1\"}".getBytes(StandardCharsets.UTF_8), true);
            assertEquals("p1", socket.await("pong").getString("id"));
        }
    }

    @Test
    void a_message_may_come_byte_by_byte() throws Exception {
        try (RawSocket socket = welcomed()) {
            for (byte each : RawSocket.encoded(FIN | RawSocket.TEXT, PING_TEXT, true)) {
                socket.raw(new byte[] {each});
            }
            assertEquals("p", socket.await("pong").getString("id"));
        }
    }

    @Test
    void a_close_is_answered() throws Exception {
        try (RawSocket socket = welcomed()) {
            socket.frame(FIN | RawSocket.CLOSE, new byte[] {0x03, (byte) 0xe8}, true);
            assertEquals(1000, socket.awaitClose().code());
        }
    }

    @Test
    void a_connection_reset_in_the_middle_of_a_frame_harms_nobody() throws Exception {
        for (int i = 0; i < 50; i++) {
            RawSocket socket = attached(session);
            socket.raw(new byte[] {(byte) (FIN | RawSocket.TEXT), (byte) 0xff});
            socket.reset();
        }
    }

    @Test
    void a_command_sent_just_before_a_reset_takes_effect_once() throws Exception {
        RawSocket socket = attached(session);
        socket.send(input("gone", "slow 3"));
        witness.collectStatus("completed");
        socket.reset();
        try (RawSocket again = attached(session)) {
            var ack = again.send(input("gone", "slow 3")).await("ack");
            assertTrue(ack.getBoolean("duplicate"));
        }
    }

    @Test
    void a_tab_that_reads_nothing_gets_everything_once_it_reads() throws Exception {
        try (RawSocket slow = attached(session)) {
            slow.send(input("long", "slow 1500"));
            witness.collectStatus("completed");
            List<JsonObject> frames = slow.collectStatus("completed");
            long expected = 1;
            for (var each : frames) {
                if (each.containsKey("seq") && !each.getString("type").equals("ack")) {
                    assertEquals(expected, each.getLong("from", each.getLong("seq")));
                    expected = each.getLong("seq") + 1;
                }
            }
        }
    }

    @Test
    void bytes_that_are_no_http_are_refused() throws Exception {
        try (java.net.Socket plain =
                new Socket(InetAddress.getLoopbackAddress(), OneNode.url().getPort())) {
            plain.setSoTimeout(10_000);
            plain.getOutputStream().write("\u0000\u0001rubbish\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1."), answer);
        }
    }
}
