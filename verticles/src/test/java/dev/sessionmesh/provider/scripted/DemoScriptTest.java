package dev.sessionmesh.provider.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider.End;
import dev.sessionmesh.core.session.ToolCall.Decision;
import dev.sessionmesh.core.session.ToolCall.Outcome;
import dev.sessionmesh.provider.Talk;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoScriptTest {
    private final Script demo = new DemoScript();

    @ParameterizedTest
    @ValueSource(strings = {"Plan the 2.4 release", "Explain durable sessions", "Write a long text", "hi", ""})
    void resumes_at_every_character(String question) {
        String whole = Rehearsal.of(demo, Talk.about(question)).text();
        assertFalse(whole.isEmpty());
        for (int cut = 0; cut <= whole.length(); cut++) {
            Talk interrupted = Talk.about(question).say("t1", "m1", whole.substring(0, cut));
            assertEquals(whole.substring(cut), Rehearsal.of(demo, interrupted).text());
        }
    }

    @Test
    void a_release_looks_then_asks_then_tags() {
        Talk talk = Talk.about("Plan the 2.4 release");
        Rehearsal opening = Rehearsal.of(demo, talk);
        Cue.Call look = new Cue.Call("listOpenIssues", "{\"milestone\":\"2.4\"}", Executor.SERVER, false);
        assertEquals(look, opening.calls().getFirst());
        assertInstanceOf(End.Continue.class, opening.end());

        talk.say("t1", "m1", opening.text())
                .call("t1", "k1", "listOpenIssues", "{}")
                .result("k1", Outcome.OK, "{}");
        Rehearsal proposal = Rehearsal.of(demo, talk);
        assertTrue(proposal.text().contains("#495"));
        Cue.Call tag = new Cue.Call("createTag", "{\"tag\":\"v2.4.0\"}", Executor.SERVER, true);
        assertEquals(tag, proposal.calls().getFirst());

        talk.say("t1", "m2", proposal.text())
                .call("t1", "k2", "createTag", "{}", Executor.SERVER, true)
                .decided("k2", Decision.APPROVED, "")
                .result("k2", Outcome.OK, "{}");
        Rehearsal ending = Rehearsal.of(demo, talk);
        assertTrue(ending.text().contains("The tag `v2.4.0` exists"), ending.text());
        assertInstanceOf(End.Stop.class, ending.end());
    }

    @ParameterizedTest
    @CsvSource({"OK,exists", "REJECTED,I have not created", "IN_DOUBT,can't tell whether", "ERROR,could not be created"
    })
    void the_ending_tells_what_became_of_the_tag(Outcome outcome, String words) {
        Talk talk = Talk.about("Plan the 3.1.4 release")
                .call("t1", "k1", "listOpenIssues", "{}")
                .result("k1", Outcome.ERROR, "down")
                .call("t1", "k2", "createTag", "{}", Executor.SERVER, true)
                .result("k2", outcome, "");
        String text = Rehearsal.of(demo, talk).text();
        assertTrue(text.contains(words) && text.contains("v3.1.4"), text);
    }

    @Test
    void an_approver_who_names_another_tag_gets_that_one() {
        Talk talk = proposed()
                .call("t1", "k2", "createTag", "{\"tag\":\"v2.4.0\"}", Executor.SERVER, true)
                .edited("k2", "{\"tag\":\"v2.4.0-rc1\"}")
                .decided("k2", Decision.APPROVED, "")
                .result("k2", Outcome.OK, "{}");
        String text = Rehearsal.of(demo, talk).text();
        assertTrue(text.contains("The tag `v2.4.0-rc1` exists") && text.contains("another name"), text);
        assertFalse(text.contains("`v2.4.0`"), text);
    }

    @Test
    void a_session_whose_tabs_can_is_asked_for_a_day() {
        Talk talk = tagged().profile(tools(ToolSpec.named("pickDate", Executor.CLIENT)));
        Rehearsal asking = Rehearsal.of(demo, talk);
        Cue.Call pick = new Cue.Call("pickDate", "{\"for\":\"the announcement of 2.4\"}", Executor.CLIENT, false);
        assertEquals(List.of(pick), asking.calls());
        assertTrue(asking.text().contains("which day"), asking.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "OK;{\"date\":\"2026-03-12\"};**Thursday, 12 March 2026**",
                "OK;{\"date\":\"next week\"};Nobody picked a day",
                "OK;\"\\u0000\";Nobody picked a day",
                "OK;{\"date\":12};Nobody picked a day",
                "ERROR;the calendar broke;Nobody picked a day"
            })
    void the_day_that_was_picked_is_noted(Outcome outcome, String result, String words) {
        Talk talk = tagged().profile(tools(ToolSpec.named("pickDate", Executor.CLIENT)))
                .call("t1", "k3", "pickDate", "{}", Executor.CLIENT, false)
                .result("k3", outcome, result);
        Rehearsal ending = Rehearsal.of(demo, talk);
        assertTrue(ending.text().contains(words), ending.text());
        assertInstanceOf(End.Stop.class, ending.end());
    }

    @Test
    void whoever_asks_again_hears_it_in_other_words() {
        Talk talk = Talk.about("Explain durable sessions").again("t2", "t1").again("t3", "t2");
        String first = Rehearsal.of(demo.play(talk.request("", "t1"))).text();
        String second = Rehearsal.of(demo.play(talk.request("", "t2"))).text();
        String third = Rehearsal.of(demo.play(talk.request("", "t3"))).text();
        assertTrue(second.startsWith("In short"), second);
        assertEquals(first, third);
    }

    @Test
    void the_long_text_is_long_enough_to_kill_a_node_in_it() {
        int pieces =
                Rehearsal.of(demo, Talk.about("Write a long text")).pieces().size();
        assertTrue(pieces > 400, pieces + " pieces");
    }

    @Test
    void any_other_text_is_answered_with_what_it_can_do() {
        String text = Rehearsal.of(demo, Talk.about("Good morning")).text();
        assertTrue(text.contains("Plan the 2.4 release") && text.contains("Write a long text"), text);
    }

    @Test
    void a_text_that_is_not_of_the_script_fails_visibly() {
        Talk talk = Talk.about("hi").say("t1", "m1", "Something else altogether");
        End.Failed failed =
                assertInstanceOf(End.Failed.class, Rehearsal.of(demo, talk).end());
        assertEquals("not_resumable", failed.code());
    }

    @Test
    void the_pace_is_that_of_a_model_and_the_same_on_every_node() {
        Rehearsal once = Rehearsal.of(demo, Talk.about("hi"));
        assertEquals(once, Rehearsal.of(demo, Talk.about("hi")));
        for (Cue cue : once.cues().subList(0, once.pieces().size())) {
            assertTrue(cue.delayMicros() >= 20_000 && cue.delayMicros() <= 240_000, cue.toString());
        }
    }

    private static Talk proposed() {
        return Talk.about("Plan the 2.4 release")
                .call("t1", "k1", "listOpenIssues", "{}")
                .result("k1", Outcome.OK, "{}");
    }

    private static Talk tagged() {
        return proposed()
                .call("t1", "k2", "createTag", "{\"tag\":\"v2.4.0\"}", Executor.SERVER, true)
                .result("k2", Outcome.OK, "{}");
    }

    private static Profile tools(ToolSpec... tools) {
        Profile plain = Profile.ofModel("");
        return new Profile(
                plain.model(),
                plain.instructions(),
                plain.memory(),
                List.of(tools),
                plain.metadata(),
                plain.inputPolicy(),
                plain.budget());
    }
}
