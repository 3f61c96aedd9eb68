package dev.sessionmesh.provider.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider.End;
import dev.sessionmesh.core.session.ToolCall.Outcome;
import dev.sessionmesh.provider.Talk;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestScriptTest {
    private final Script script = new TestScript();

    @Test
    void slow_counts_ten_milliseconds_apart() {
        Rehearsal played = Rehearsal.of(script, Talk.about("slow 40"));
        assertEquals(40, played.pieces().size());
        assertEquals(List.of("0 ", "1 ", "2 "), played.pieces().subList(0, 3));
        assertTrue(
                played.cues().stream().filter(Cue.Say.class::isInstance).allMatch(cue -> cue.delayMicros() == 10_000));
        assertInstanceOf(End.Stop.class, played.end());
    }

    @Test
    void slow_goes_on_behind_what_was_said() {
        Talk talk = Talk.about("slow 12").say("t1", "m1", "0 1 2 3 4 5 6 7 8 9 1");
        assertEquals("0 11 ", Rehearsal.of(script, talk).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"slow", "slow 0", "slow -3", "slow 999999", "slow 99999999999", "slow x", "hi", "", "tool x"})
    void anything_else_counts_to_three(String question) {
        assertEquals(
                List.of("0 ", "1 ", "2 "),
                Rehearsal.of(script, Talk.about(question)).pieces());
    }

    @Test
    void approve_says_nothing_and_calls() {
        Rehearsal played = Rehearsal.of(script, Talk.about("approve"));
        assertEquals("", played.text());
        Cue.Call call = new Cue.Call("deleteFile", "{\"path\":\"draft.txt\"}", Executor.SERVER, true);
        assertEquals(List.of(call), played.calls());
        assertInstanceOf(End.Continue.class, played.end());
    }

    @ParameterizedTest
    @CsvSource({"OK,done", "REJECTED,not done", "ERROR,not done", "IN_DOUBT,not done"})
    void approve_answers_by_what_became_of_the_call(Outcome outcome, String answer) {
        Talk talk = Talk.about("approve").call("t1", "k1", "deleteFile", "{}").result("k1", outcome, "{}");
        Rehearsal played = Rehearsal.of(script, talk);
        assertEquals(answer, played.text());
        assertInstanceOf(End.Stop.class, played.end());
    }

    @Test
    void fail_fails() {
        assertEquals(
                new End.Failed("model_error", "model exploded"),
                Rehearsal.of(script, Talk.about("fail")).end());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "OK; \"Berlin\"; Berlin",
                "OK; {\"city\":\"Berlin\"}; {\"city\":\"Berlin\"}",
                "OK; 7; 7",
                "ERROR; no answer; no answer",
                "CANCELLED; ``; cancelled"
            })
    void tool_repeats_its_result(Outcome outcome, String result, String answer) {
        Talk talk = Talk.about("tool lookup {\"q\": 1}");
        Cue.Call call = new Cue.Call("lookup", "{\"q\": 1}", Executor.CLIENT, false);
        assertEquals(List.of(call), Rehearsal.of(script, talk).calls());
        talk.call("t1", "k1", "lookup", "{}").result("k1", outcome, result);
        assertEquals(answer, Rehearsal.of(script, talk).text());
    }

    @Test
    void steering_is_consumed_and_changes_nothing() {
        Rehearsal played = Rehearsal.of(script, Talk.about("hello").steer("t1", "s1", "faster"));
        assertEquals("0 1 2 ", played.text());
        assertEquals(List.of("s1"), played.acknowledged());
    }
}
