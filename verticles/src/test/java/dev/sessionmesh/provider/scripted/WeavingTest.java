package dev.sessionmesh.provider.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.session.ToolCall.Outcome;
import dev.sessionmesh.provider.Talk;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeavingTest {
    private static final String QUESTION = "Plan the 2.4 release";
    private static final String INSTRUCTION = "keep it short \uD83D\uDE42, please";
    private static final String NOTE = "Noted: " + INSTRUCTION + ".";

    private final Script demo = new DemoScript();

    @Test
    void an_instruction_is_acknowledged_once_wherever_it_comes_and_wherever_the_node_dies_then() {
        String plain = Rehearsal.of(demo, Talk.about(QUESTION)).text();
        for (int steered = 0; steered <= plain.length(); steered += 7) {
            Rehearsal rest = Rehearsal.of(demo, steeredAfter(plain.substring(0, steered)));
            String whole = plain.substring(0, steered) + rest.text();
            assertEquals(List.of("s1"), rest.acknowledged());
            assertEquals(1, occurrences(whole, NOTE), whole);
            assertEquals(plain, whole.replaceFirst("( |\n\n)?" + NOTE + (steered == 0 ? "\n\n" : ""), ""));
            for (int cut = steered; cut <= whole.length(); cut++) {
                Rehearsal taken = Rehearsal.of(demo, steeredAfter(whole.substring(0, cut)));
                assertEquals(whole.substring(cut), taken.text());
                assertEquals(List.of("s1"), taken.acknowledged(), "told again, in case the receipt was lost");
            }
        }
    }

    @Test
    void it_waits_for_the_end_of_the_sentence() {
        String text = Rehearsal.of(demo, steeredAfter("Let's plan the 2.4 ")).text();
        assertTrue(text.startsWith("release. " + NOTE + " Releases go well"), text);
    }

    @Test
    void several_are_acknowledged_in_their_order() {
        Talk talk = Talk.about(QUESTION)
                .say("t1", "m1", "Let's plan")
                .steer("t1", "s1", "first")
                .steer("t1", "s2", "second!");
        Rehearsal rest = Rehearsal.of(demo, talk);
        assertTrue(rest.text().startsWith(" the 2.4 release. Noted: first. Noted: second! Releases"), rest.text());
        assertEquals(List.of("s1", "s2"), rest.acknowledged());
    }

    @Test
    void a_later_step_does_not_repeat_what_an_earlier_one_acknowledged() {
        Rehearsal opening = Rehearsal.of(demo, steeredAfter(""));
        Talk talk = Talk.about(QUESTION)
                .steer("t1", "s1", INSTRUCTION)
                .say("t1", "m1", opening.text())
                .call("t1", "k1", "listOpenIssues", "{}")
                .steer("t1", "s2", "skip the typo")
                .result("k1", Outcome.OK, "{}");
        Rehearsal proposal = Rehearsal.of(demo, talk);
        assertEquals(List.of("s2"), proposal.acknowledged());
        assertTrue(proposal.text().startsWith("Noted: skip the typo.\n\nThree issues"), proposal.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD83D\uDE42", "two\n lines\t here", "x", "1. What? Yes. No!", "  "})
    void pieces_are_the_text_and_never_cut_a_character(String text) {
        List<String> pieces = Prose.pieces(text.repeat(9));
        assertEquals(text.repeat(9), String.join("", pieces));
        assertEquals(text.repeat(9), String.join("", Prose.sentences(text.repeat(9))));
        assertTrue(pieces.stream()
                .noneMatch(piece -> Character.isHighSurrogate(piece.charAt(piece.length() - 1))
                        || Character.isLowSurrogate(piece.charAt(0))));
    }

    @Test
    void a_very_endless_is_echoed_in_part() {
        String endless = "\uD83D\uDE42".repeat(500);
        Talk talk = Talk.about("hi").steer("t1", "s1", endless);
        String note = Prose.sentences(Rehearsal.of(demo, talk).text()).getFirst();
        assertTrue(note.length() < 200 && note.contains("\uD83D\uDE42 ..."), note);
    }

    private static Talk steeredAfter(String said) {
        return Talk.about(QUESTION).say("t1", "m1", said).steer("t1", "s1", INSTRUCTION);
    }

    private static int occurrences(String text, String what) {
        return text.split(Pattern.quote(what), -1).length - 1;
    }
}
