package dev.sessionmesh.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log of three histories: 1 up to seq 9, 2 from 10 to 19, 3 from 20 on. */
class LineageTest {
    private static final Lineage FORKED = Lineage.begin(1).fork(2, 10).fork(3, 20);

    @Test
    void a_new_log_contains_every_position_of_its_history() {
        Lineage lineage = Lineage.begin(1);
        assertTrue(lineage.contains(new Position(1, 0)));
        assertTrue(lineage.contains(new Position(1, 1_000)));
        assertFalse(lineage.contains(new Position(2, 0)));
        assertEquals(0, lineage.common(new Position(2, 5)));
    }

    @Test
    void a_position_before_the_fork_is_a_prefix() {
        for (long seq = 0; seq <= 9; seq++) {
            assertTrue(FORKED.contains(new Position(1, seq)));
            assertEquals(seq, FORKED.common(new Position(1, seq)));
        }
    }

    @Test
    void a_position_behind_the_fork_agrees_up_to_the_fork() {
        assertFalse(FORKED.contains(new Position(1, 10)));
        assertEquals(9, FORKED.common(new Position(1, 10)));
        assertEquals(9, FORKED.common(new Position(1, 500)));
        assertFalse(FORKED.contains(new Position(2, 20)));
        assertEquals(19, FORKED.common(new Position(2, 25)));
    }

    @Test
    void the_middle_history_holds_between_its_forks() {
        assertTrue(FORKED.contains(new Position(2, 9)), "just attached at the fork");
        assertTrue(FORKED.contains(new Position(2, 19)));
        assertFalse(FORKED.contains(new Position(2, 8)), "it began later");
    }

    @Test
    void the_current_history_is_open_ended() {
        assertEquals(3, FORKED.current());
        assertTrue(FORKED.contains(new Position(3, 19)));
        assertTrue(FORKED.contains(new Position(3, 1_000)));
        assertEquals(30, FORKED.common(new Position(3, 30)));
    }

    @Test
    void a_fork_behind_an_earlier_one_ends_both() {
        Lineage lost = FORKED.fork(4, 5);
        assertFalse(lost.contains(new Position(1, 7)), "5 to 7 were written anew");
        assertEquals(4, lost.common(new Position(1, 7)));
        assertTrue(lost.contains(new Position(1, 4)));
        assertFalse(lost.contains(new Position(2, 12)));
        assertEquals(4, lost.current());
    }

    @Test
    void an_old_history_is_forgotten_in_the_end() {
        Lineage lineage = Lineage.begin(0);
        for (int history = 1; history <= 100; history++) {
            lineage = lineage.fork(history, history * 10L);
        }
        assertEquals(64, lineage.branches().size());
        assertFalse(lineage.contains(new Position(0, 5)));
        assertEquals(0, lineage.common(new Position(0, 5)));
        assertTrue(lineage.contains(new Position(93, 935)));
        assertEquals(100, lineage.current());
    }

    @Test
    void every_seq_belongs_to_one_history() {
        assertEquals(1, FORKED.at(0));
        assertEquals(1, FORKED.at(9));
        assertEquals(2, FORKED.at(10));
        assertEquals(2, FORKED.at(19));
        assertEquals(3, FORKED.at(20));
        assertEquals(3, FORKED.at(500));
    }

    @Test
    void two_logs_agree_up_to_the_first_fork_that_only_one_has() {
        Lineage whole = Lineage.begin(1);
        assertEquals(9, whole.common(FORKED));
        assertEquals(9, FORKED.common(whole));
        assertEquals(Long.MAX_VALUE, FORKED.common(FORKED));
        assertEquals(14, FORKED.common(Lineage.begin(1).fork(2, 10).fork(4, 15)));
        assertEquals(9, FORKED.common(Lineage.begin(1).fork(5, 30)), "each went on from 10 in its own way");
        assertEquals(0, FORKED.common(Lineage.begin(8)));
    }

    @Test
    void logs_are_compared_although_one_has_forgotten_its_beginning() {
        Lineage shorter = Lineage.begin(0);
        for (int history = 1; history <= 7; history++) {
            shorter = shorter.fork(history, history * 10L);
        }
        Lineage longer = shorter.fork(8, 80).fork(9, 90);
        assertEquals(79, shorter.common(longer));
        assertEquals(79, longer.common(shorter));
    }

    @Test
    void a_lineage_grows_with_the_log() {
        EventBatch batch = new EventBatch(
                7,
                0,
                List.of(
                        new Event.ToolStarted("k1"),
                        new Event.Tokens("t1", "m1", 0, DeltaKind.TEXT, TokenRun.of(List.of("a", "b"))),
                        new Event.Forked(2)));
        Lineage begun = Lineage.begin(1);
        assertEquals(begun.fork(2, 10), begun.through(batch));
        assertTrue(begun.isLeftBy(batch));
        assertFalse(begun.fork(2, 10).fork(3, 20).isLeftBy(batch), "the same fork, seen again");
        assertTrue(begun.fork(2, 11).isLeftBy(batch), "forked elsewhere");
        assertFalse(begun.isLeftBy(new EventBatch(7, 0, List.of(new Event.ToolStarted("k1")))));
    }

    @Test
    void there_is_no_log_without_a_history() {
        assertThrows(IllegalArgumentException.class, () -> new Lineage(List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Lineage(List.of(new Lineage.Branch(1, 10), new Lineage.Branch(2, 5))));
    }

    @Test
    void readers_go_on_from_the_start_or_from_behind_what_was_folded() {
        Lineage lineage = Lineage.begin(1);
        assertTrue(lineage.reaches(5));
        EventBatch folded = new EventBatch(
                3,
                5,
                List.of(
                        new Event.Tokens("t1", "m1", 0, DeltaKind.TEXT, TokenRun.folded("hello", 4)),
                        new Event.ToolStarted("k1")));
        Lineage after = lineage.through(folded);
        assertEquals(6, after.floor());
        assertTrue(after.reaches(0));
        assertFalse(after.reaches(1));
        assertFalse(after.reaches(5));
        assertTrue(after.reaches(6));
        assertEquals(6, after.foldedTo(4).floor());
        assertEquals(6, after.fork(2, 8).floor());
    }
}
