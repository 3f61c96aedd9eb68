package dev.sessionmesh.bench.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader is tied to the order of fields that the server writes: this holds the two together. */
final class EventFrameTest {
    private static final SessionKey SESSION = new SessionKey("default", "s1");

    private final EventFrame frame = new EventFrame();

    @Test
    void reads_a_token_as_the_server_writes_it() {
        String token = Stamps.token(100);
        byte[] json = EventJson.frame(SESSION, 43, 0, tokens(List.of(token)));

        assertTrue(frame.read(json, 0, json.length));
        assertTrue(frame.token());
        assertEquals(43, frame.from());
        assertEquals(43, frame.seq());
        assertEquals(Long.parseLong(token.substring(0, 16)), frame.stampMicros(json, 0, 100));
    }

    @Test
    void reads_every_stamp_of_merged_tokens() {
        List<String> pieces = List.of(Stamps.token(30), Stamps.token(30), Stamps.token(30));
        byte[] json = EventJson.frame(SESSION, 9, 0, tokens(pieces));

        assertTrue(frame.read(json, 0, json.length));
        assertEquals(9, frame.from());
        assertEquals(11, frame.seq());
        assertEquals(3, frame.events());
        for (int i = 0; i < 3; i++) {
            assertEquals(Long.parseLong(pieces.get(i).substring(0, 16)), frame.stampMicros(json, i, 30));
        }
    }

    @Test
    void an_event_of_another_kind_counts_but_is_no_token() {
        byte[] json = EventJson.frame(SESSION, 7, 0, new Event.TurnReceived("t1", "c1", Actor.ANONYMOUS));

        assertTrue(frame.read(json, 0, json.length));
        assertFalse(frame.token());
        assertEquals(7, frame.seq());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ack\",\"id\":\"c1\",\"session\":\"s1\",\"seq\":1}",
                "{\"type\":\"attached\",\"session\":\"s1\",\"head\":12,\"pos\":\"x\"}",
                "{\"type\":\"welcome\",\"protocol\":1}",
                "{\"type\":\"agent_status\",\"session\":\"s1\",\"turn\":\"t1\",\"status\":\"recovering\"}",
                "{}",
                ""
            })
    void frames_that_are_not_in_the_log_do_not_count(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        assertFalse(frame.read(bytes, 0, bytes.length));
    }

    private static Event tokens(List<String> pieces) {
        return new Event.Tokens("t1", "m1", 0, DeltaKind.TEXT, TokenRun.of(pieces));
    }
}
