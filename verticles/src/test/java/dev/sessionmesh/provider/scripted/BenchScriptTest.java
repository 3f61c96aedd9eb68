package dev.sessionmesh.provider.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.port.Provider.End;
import dev.sessionmesh.provider.Talk;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchScriptTest {
    private final Script script = new BenchScript();

    @Test
    void says_as_many_stamps_as_ordered() {
        Rehearsal played = Rehearsal.of(script, Talk.about("bench 3 250 40"));
        Cue stamp = new Cue.Stamp(40, 250);
        assertEquals(List.of(stamp, stamp, stamp), played.cues().subList(0, 3));
        assertInstanceOf(End.Stop.class, played.end());
    }

    @Test
    void a_stamp_is_the_time_in_microseconds_padded_to_its_size() {
        Instant now = Instant.parse("2026-03-01T12:00:00.123456789Z");
        assertEquals("1772366400123456|.. ", BenchScript.stamp(now, 20));
        assertEquals(64, BenchScript.stamp(now, 64).length());
    }

    @Test
    void does_not_repeat_what_was_said() {
        Talk talk = Talk.about("bench 5 0 20").say("t1", "m1", "1772366400123456|.. ".repeat(3));
        assertEquals(3, Rehearsal.of(script, talk).cues().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bench", "bench 0 0 64", "bench 10 0 17", "bench 10 0 20000", "bench 1 99999999 64", "hi"})
    void a_wrong_order_is_refused_with_the_right_form(String question) {
        End.Failed failed = assertInstanceOf(
                End.Failed.class, Rehearsal.of(script, Talk.about(question)).end());
        assertEquals("bad_request", failed.code());
        assertTrue(failed.reason().contains("bench COUNT INTERVAL_MICROS SIZE"));
    }
}
