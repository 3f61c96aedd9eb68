package dev.sessionmesh.bench.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameReaderTest {
    private final Meter meter = new Meter();
    private final FrameReader reader = new FrameReader(meter);
    private final BenchTab tab = new BenchTab("tab");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1000, 100_000})
    void counts_the_same_however_the_stream_is_cut(int piece) {
        byte[] stream = frames(token(1, 1, 20), token(2, 1001, 20), token(1002, 1002, 70_000), token(1003, 1003, 200));

        feed(stream, piece);

        Meter.Reading reading = meter.reading();
        assertEquals(4, reading.frames());
        assertEquals(1003, reading.tokens());
        assertEquals(0, reading.gaps());
        assertEquals(1003, tab.seq());
    }

    @Test
    void a_skipped_event_is_a_gap_with_its_place() {
        feed(frames(token(1, 1, 20), token(3, 3, 20)), 1000);

        assertEquals(1, meter.reading().gaps());
        assertEquals(true, meter.reading().complaints().getFirst().contains("had 1, got 3-3"));
    }

    @Test
    void an_event_that_comes_twice_is_a_gap_too() {
        feed(frames(token(1, 2, 20), token(2, 2, 20)), 1000);

        assertEquals(1, meter.reading().gaps());
    }

    @Test
    void an_answer_that_is_no_upgrade_is_refused() {
        byte[] answer = "HTTP/1.1 404 Not Found\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        assertThrows(IllegalStateException.class, () -> FrameReader.upgradeEnd(answer, answer.length));
    }

    /** As the swarm does: what is left of the last reading goes before the next. */
    private void feed(byte[] stream, int piece) {
        byte[] room = new byte[stream.length];
        for (int at = 0; at < stream.length; at += piece) {
            int more = Math.min(piece, stream.length - at);
            int before = tab.carried;
            System.arraycopy(tab.carry, 0, room, 0, before);
            System.arraycopy(stream, at, room, before, more);
            reader.read(tab, room, 0, before + more, 0);
        }
    }

    private static String token(long from, long seq, int chars) {
        String range = from == seq ? "" : "\"from\":" + from + ",";
        return "{\"type\":\"token\",\"session\":\"s1\"," + range + "\"seq\":" + seq
                + ",\"messageId\":\"m1\",\"text\":\"" + "x".repeat(chars) + "\"}";
    }

    private static byte[] frames(String... texts) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (String text : texts) {
            int length = text.length();
            stream.write(0x81);
            if (length < 126) {
                stream.write(length);
            } else if (length <= 0xFFFF) {
                stream.write(126);
                stream.write(length >>> 8);
                stream.write(length);
            } else {
                stream.write(127);
                stream.write(0);
                stream.write(0);
                stream.write(0);
                stream.write(0);
                stream.write(length >>> 24);
                stream.write(length >>> 16);
                stream.write(length >>> 8);
                stream.write(length);
            }
            stream.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }
        return stream.toByteArray();
    }
}
