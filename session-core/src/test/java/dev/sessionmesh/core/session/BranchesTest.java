package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.log.EventBatch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Turns that were done again, taken back, or changed places: what the conversation is then. */
class BranchesTest {
    private final Primary primary = new Primary(Limits.DEFAULT);

    @Test
    void other_words_begin_a_branch_beside_the_old_one() {
        all(answered("c1", "t1", "one?", "one"), answered("c2", "t2", "two?", "two"));
        all(answered(edit("c3", "t2", "three?", InputPolicy.INTERRUPT), "t3", "three"));
        assertEquals(List.of("one?", "one", "three?", "three"), told());
        assertEquals(List.of(new Conversation.Branch("t3", List.of("t2", "t3"))), folded().forks());
        assertEquals(List.of("t1", "t2"), folded().pathTo("t2"));
    }

    @Test
    void the_same_words_are_answered_again() {
        all(answered("c1", "t1", "one?", "one"));
        all(answered(regenerate("c2", "t1"), "t2", "uno"));
        assertEquals(List.of("one?", "uno"), told());
        assertEquals(List.of("one?", "one"), texts(folded().itemsUpTo("t1")));
    }

    @Test
    void the_first_turn_may_be_done_again() {
        all(answered("c1", "t1", "one?", "one"), answered("c2", "t2", "two?", "two"));
        all(answered(edit("c3", "t1", "zero?", InputPolicy.INTERRUPT), "t3", "zero"));
        assertEquals(List.of("zero?", "zero"), told());
    }

    @Test
    void going_back_goes_as_far_as_that_branch_went() {
        all(answered("c1", "t1", "one?", "one"), answered("c2", "t2", "two?", "two"));
        all(answered(regenerate("c3", "t1"), "t3", "uno"));
        all(selectBranch("c4", "t1"));
        assertEquals(List.of("one?", "one", "two?", "two"), told());
        all(selectBranch("c5", "t3"));
        assertEquals(List.of("one?", "uno"), told());
        all(answered("c6", "t4", "and?", "si"));
        assertEquals(List.of("one?", "uno", "and?", "si"), told());
        all(selectBranch("c7", "t2"));
        assertEquals(List.of("one?", "one", "two?", "two"), told());
    }

    @Test
    void what_was_taken_back_is_told_nowhere_and_what_follows_it_is() {
        all(answered("c1", "t1", "one?", "one"));
        all(input("c2", "two?"), input("c3", "three?"), withdraw("c4", "t2"));
        all(claim("t3", 0, 0, N1), produce("t3", 1, 1, text("three"), completed()));
        assertEquals(List.of("one?", "one", "three?", "three"), told());
        assertEquals(List.of(), folded().forks());
    }

    @Test
    void a_rollback_takes_back_half_an_answer() {
        all(input("c1", "one?"), claim("t1", 0, 0, N1), produce("t1", 1, 1, text("on")));
        all(answered(input("c2", "two?", InputPolicy.ROLLBACK), "t2", "two"));
        assertEquals(List.of("two?", "two"), told());
    }

    @Test
    void an_interrupted_answer_stays() {
        all(input("c1", "one?"), claim("t1", 0, 0, N1), produce("t1", 1, 1, text("on")));
        all(answered(input("c2", "two?", InputPolicy.INTERRUPT), "t2", "two"));
        assertEquals(List.of("one?", "on", "two?", "two"), told());
    }

    @Test
    void what_waits_is_told_in_the_order_in_which_it_will_run() {
        all(input("c1", "1"), claim("t1", 0, 0, N1), input("c2", "2"), input("c3", "3"), input("c4", "4"));
        all(reorder("c5", "t4", "t2"));
        assertEquals(List.of("1", "4", "2", "3"), told());
        all(input("c6", "5"));
        assertEquals(List.of("1", "4", "2", "3", "5"), told());
        assertEquals(List.of(), folded().forks());
    }

    @Test
    void what_was_cancelled_in_between_stays_where_it_was() {
        all(input("c1", "1"), claim("t1", 0, 0, N1), input("c2", "2"), input("c3", "3"), input("c4", "4"));
        all(cancel("c5", "t3"), reorder("c6", "t4", "t2"));
        assertEquals(List.of("1", "4", "3", "2"), told());
    }

    @Test
    void another_branch_is_not_drawn_into_the_line() {
        all(answered("c1", "t1", "1", "one"));
        all(input("c2", "2"), claim("t2", 0, 0, N1), input("c3", "3"));
        all(edit("c4", "t1", "other", InputPolicy.ENQUEUE), input("c5", "5"));
        assertEquals(List.of("other", "5"), told());
        all(reorder("c6", "t5", "t3"));
        assertEquals(
                List.of("t5", "t3", "t4"),
                primary.state().queue().stream().map(Turn::id).toList());
        assertEquals(List.of("t1", "t2", "t3"), folded().pathTo("t3"));
        assertEquals(List.of("5", "other"), told());
        all(produce("t2", 1, 1, completed()), cancel("c7", "t5"), cancel("c8", "t3"), cancel("c9", "t4"));
        all(selectBranch("c10", "t1"));
        assertEquals(List.of("1", "one", "2", "3"), told());
    }

    @Test
    void other_words_for_what_waits_take_its_place() {
        all(input("c1", "1"), claim("t1", 0, 0, N1), input("c2", "2"), input("c3", "3"));
        all(edit("c4", "t2", "two", InputPolicy.ENQUEUE));
        assertEquals(List.of("1", "two", "3"), told());
        assertEquals(List.of(), folded().forks());
        all(edit("c5", "t3", "three", InputPolicy.ENQUEUE), input("c6", "4"));
        assertEquals(List.of("1", "two", "three", "4"), told());
    }

    @Test
    void a_merged_input_is_answered_with_the_other() {
        all(input("c1", "1"), claim("t1", 0, 0, N1), input("c2", "2"), input("c3", "and 3", InputPolicy.MERGE));
        assertEquals(List.of("1", "2", "and 3"), told());
        all(produce("t1", 1, 1, completed()), claim("t2", 0, 0, N1), produce("t2", 1, 1, text("both"), completed()));
        all(answered(regenerate("c4", "t2"), "t3", "again"));
        assertEquals(List.of("1", "2", "and 3", "again"), told());
    }

    @Test
    void an_input_that_was_not_heard_is_said_where_it_is_answered() {
        all(input("c1", "1"), claim("t1", 0, 0, N1), input("c2", "in French", InputPolicy.STEER));
        assertEquals(2, folded().items("t1").size());
        all(produce("t1", 1, 1, text("one"), completed()));
        assertEquals(List.of("1", "one", "in French"), told());
        assertEquals(2, folded().items("t1").size(), "not twice");
    }

    @Test
    void what_was_said_anew_is_not_told() {
        all(input("c1", "1"), claim("t1", 0, 0, N1), produce("t1", 1, 1, text("wro"), new Output.Supersede()));
        all(produce("t1", 1, 2, text("right"), completed()));
        assertEquals(List.of("1", "right"), told());
        assertEquals("m2", folded().messages().getLast().id());
    }

    @Test
    void a_conversation_that_ends_inside_a_batch_tells_what_it_knows() {
        all(answered("c1", "t1", "1", "one"));
        all(edit("c2", "t1", "other", InputPolicy.INTERRUPT));
        long head = primary.state().head();
        Conversation cut = new Conversation();
        for (EventBatch batch : primary.log()) {
            if (batch.from() < head) {
                cut.apply(batch.until(Math.min(batch.to(), head - 1)));
            }
        }
        assertEquals(List.of("1", "one", "other"), texts(cut.items()), "what it replaces is not known yet");
        assertEquals(List.of("other"), told());
    }

    private static Act[] answered(String id, String turn, String question, String answer) {
        return answered(input(id, question), turn, answer);
    }

    private static Act[] answered(Act question, String turn, String answer) {
        return new Act[] {question, claim(turn, 0, 0, N1), produce(turn, 1, 1, text(answer), completed())};
    }

    private List<String> told() {
        return texts(folded().items());
    }

    private static List<String> texts(List<Conversation.Item> items) {
        return items.stream()
                .filter(Conversation.Said.class::isInstance)
                .map(item -> ((Conversation.Said) item).text())
                .toList();
    }

    private Conversation folded() {
        Conversation folded = new Conversation();
        primary.log().forEach(folded::apply);
        return folded;
    }

    private void all(Act[]... groups) {
        for (Act[] acts : groups) {
            all(acts);
        }
    }

    private void all(Act... acts) {
        for (Act act : acts) {
            assertTrue(primary.submit(act) instanceof Decision.Accepted, act::toString);
        }
    }
}
