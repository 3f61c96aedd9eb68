package dev.sessionmesh.codec.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonSinkTest {
    @Test
    void commas_stand_between_and_nowhere_else() {
        JsonSink out =
                new JsonSink().object().field("a", 1).name("b").array().array().endArray();
        out.number(-2)
                .flag(true)
                .text("x")
                .object()
                .endObject()
                .endArray()
                .field("c", "d")
                .endObject();
        assertEquals("{\"a\":1,\"b\":[[],-2,true,\"x\",{}],\"c\":\"d\"}", out.toText());
    }

    @Test
    void numbers_are_whole_from_end_to_end() {
        for (long number : new long[] {0, 9, 10, 99, 100, 1_234_567_890_123L, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertEquals(Long.toString(number), new JsonSink(1).number(number).toText());
        }
    }

    @Test
    void what_must_be_escaped_is() {
        assertEquals(
                "\"\\\"\\\\\\n\\r\\t\\b\\f\\u0000\\u001f/\u007f\"",
                new JsonSink().text("\"\\\n\r\t\b\f\0\u001f/\u007f").toText());
        assertEquals(
                "\"a\\u2028b\\u2029\"", new JsonSink().text("a\u2028b\u2029").toText());
    }

    @Test
    void half_characters_are_escaped_and_noticed() {
        JsonSink out = new JsonSink().text("x\uD83D");
        assertEquals("\"x\\ud83d\"", out.toText());
        assertTrue(out.sawLoneSurrogate());
        assertEquals("\"\\ude00\\ud83d\"", new JsonSink().text("\uDE00\uD83D").toText());
        assertFalse(new JsonSink().text("\uD83D\uDE00").sawLoneSurrogate());
    }

    @Test
    void well_formed_text_is_written_as_the_platform_encodes_it() {
        String text = "h\u00e9llo \u4f60\u597d \uD83D\uDE00 \uffff\u07ff\u0800";
        assertArrayEquals(
                ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8),
                new JsonSink(1).text(text).toBytes());
    }

    @Test
    void any_text_comes_back_from_a_parser_as_it_was() {
        Random random = new Random(20_260_101);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++) {
                int bound = random.nextInt(4) == 0 ? 0x10000 : 0x80;
                text.append((char) random.nextInt(bound));
            }
            String json = new JsonSink(random.nextInt(8) + 1)
                    .array()
                    .text(text.toString())
                    .endArray()
                    .toText();
            assertEquals(text.toString(), new JsonArray(json).getString(0));
        }
    }

    @Test
    void long_texts_are_written_as_their_pieces_are() {
        Random random = new Random(20_261_121);
        for (int round = 0; round < 5_000; round++) {
            int bound = new int[] {0x80, 0x100, 0x10000}[round % 3];
            StringBuilder text = new StringBuilder("plain ".repeat(random.nextInt(40)));
            for (int i = random.nextInt(12); i > 0; i--) {
                text.insert(random.nextInt(text.length() + 1), (char) random.nextInt(random.nextInt(bound) + 1));
            }
            StringBuilder pieces = new StringBuilder();
            for (int i = 0; i < text.length(); ) {
                int end = Math.min(text.length(), text.offsetByCodePoints(i, 1));
                String piece = new JsonSink().text(text.substring(i, end)).toText();
                pieces.append(piece, 1, piece.length() - 1);
                i = end;
            }
            assertEquals(
                    "\"" + pieces + "\"", new JsonSink(1).text(text.toString()).toText());
        }
    }
}
