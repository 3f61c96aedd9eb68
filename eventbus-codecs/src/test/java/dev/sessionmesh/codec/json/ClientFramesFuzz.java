package dev.sessionmesh.codec.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sessionmesh.codec.json.ClientFrame.Invalid;
import dev.sessionmesh.codec.json.ClientFrame.Submit;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.session.Command;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever clients send, reading it ends in a frame: nothing is thrown, and what is accepted keeps its bounds. */
class ClientFramesFuzz {
    private static final List<String> SEEDS = List.of(
            "{\"type\":\"attach\",\"session\":\"s1\",\"after\":12,\"pos\":\"AQAAAAAAAAAHAAAAAAAAAAk\"}",
            "{\"type\":\"input\",\"id\":\"c-0abcde-00002a:7\",\"text\":\"h\\u00e9 \\ud83d\\ude00\",\"policy\":\"reject\"}",
            "{\"type\":\"tool_result\",\"callId\":\"k1\",\"result\":{\"a\":[1,2.5e3,{\"b\":null}],\"c\":true}}",
            "{\"type\":\"reject\",\"callId\":\"k1\",\"reason\":\"no\"}",
            "{\"type\":\"steer\",\"instruction\":\"go on\",\"turn\":\"t1\"}",
            "{\"type\":\"ping\",\"id\":\"p\"}",
            "{\"type\":\"auth\",\"token\":\"t\"}");

    @Test
    void mutated_frames_never_throw() {
        Random random = new Random(42);
        int accepted = 0;
        for (int round = 0; round < 100_000; round++) {
            StringBuilder frame = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
            for (int edits = random.nextInt(4); edits > 0; edits--) {
                mutate(frame, random);
            }
            accepted += check(frame.toString()) ? 1 : 0;
        }
        assertTrue(accepted > 1_000, "only " + accepted + " mutants were still frames: the mutation is too wild");
    }

    @FuzzTest(maxDuration = "60s")
    void any_text_is_read(FuzzedDataProvider data) {
        check(data.consumeRemainingAsString());
    }

    private static void mutate(StringBuilder frame, Random random) {
        int at = random.nextInt(frame.length());
        switch (random.nextInt(5)) {
            case 0 -> frame.setCharAt(at, (char) random.nextInt(0x80));
            case 1 -> frame.insert(at, (char) random.nextInt(0x10000));
            case 2 -> frame.delete(at, Math.min(frame.length() - 1, at + random.nextInt(6)));
            case 3 -> frame.insert(at, frame.substring(at, Math.min(frame.length(), at + random.nextInt(20))));
            default -> frame.insert(at, "[{\"\\u0000".charAt(random.nextInt(9)));
        }
    }

    /** Whether it was understood. */
    private static boolean check(String text) {
        ClientFrame frame = ClientFrames.parse(text, Limits.DEFAULT);
        assertEquals(frame, ClientFrames.parse(text, Limits.DEFAULT));
        if (frame instanceof Invalid invalid) {
            assertNotNull(ServerJson.error(
                    invalid.code(), invalid.message(), invalid.id(), invalid.session(), java.util.Map.of(), 0));
            return false;
        }
        if (frame instanceof Submit(var session, var id, Command command, long hash, String trace)
                && command instanceof Command.Steer(String turn, String instruction)) {
            assertTrue(Texts.utf8Length(instruction) > 0 && turn.length() <= 128);
        }
        return true;
    }
}
