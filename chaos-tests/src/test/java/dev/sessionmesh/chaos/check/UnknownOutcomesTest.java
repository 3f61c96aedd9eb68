package dev.sessionmesh.chaos.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Stamp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UnknownOutcomesTest {

    private static final Stamp AT = new Stamp(0, 0);

    private static List<String> of(Story story) {
        return UnknownOutcomes.of(story.evidence());
    }

    @Test
    void where_all_was_answered_there_are_none() {
        assertEquals(List.of(), of(Story.good()));
    }

    @Test
    void the_log_tells_whether_an_input_took_effect() {
        assertEquals(
                List.of("input of a: timeout; it took no effect"),
                of(Story.good().sends("a", "input", "text", "slow 4").add(new Entry.Info(AT, "a", 5, "timeout"))));
        assertEquals(
                List.of("input of a: timeout; it took effect"),
                of(Story.good()
                        .sends("a", "input", "text", "hello")
                        .add(new Entry.Info(AT, "a", 5, "timeout"))
                        .logs(Story.input(15, "c:9", "t9", "hello"))));
    }

    @Test
    void of_several_that_say_the_same_only_how_many_is_known() {
        assertEquals(
                List.of(
                        "input of a: no answer; 1 of several that say the same took effect",
                        "input of a: no answer; 1 of several that say the same took effect"),
                of(Story.good()
                        .sends("a", "input", "text", "hello")
                        .sends("a", "input", "text", "hello")
                        .logs(Story.input(15, "c:9", "t9", "hello"))));
    }

    @Test
    void a_decision_took_effect_if_the_log_holds_it() {
        assertEquals(
                List.of("approve of b: closed; it took effect", "reject of b: no answer; it took no effect"),
                of(Story.good()
                        .sends("b", "approve", "callId", "k1")
                        .add(new Entry.Info(AT, "b", 5, "closed"))
                        .sends("b", "reject", "callId", "k1")));
    }

    @Test
    void without_a_log_nothing_is_known() {
        Story story = Story.good().sends("a", "input", "text", "hello");
        assertEquals(
                List.of("input of a: no answer; its log could not be read"),
                UnknownOutcomes.of(new Evidence(story.history, Map.of())));
    }
}
