package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SilencesTest {

    private static Stamp at(long ms) {
        return new Stamp(ms, ms * 1_000_000);
    }

    private static Entry token(long ms, String tab, long seq) {
        return new Entry.Received(at(ms), tab, "s1", Seen.token(seq, seq, "m", "x"));
    }

    private static Entry follows(String tab, String node) {
        return new Entry.Following(at(0), tab, "s1", node, -1, 0);
    }

    @Test
    void the_longest_pause_between_fault_and_healing_counts_apart_for_affected_tabs() {
        List<Measure> measures = Silences.measures(List.of(
                follows("a", "n1"),
                follows("b", "n2"),
                token(900, "a", 1),
                token(900, "b", 1),
                new Entry.Nemesis(at(1_000), Timings.CUT, "n2,n3"),
                token(1_500, "a", 2),
                token(4_500, "a", 3),
                token(9_900, "b", 2),
                new Entry.Nemesis(at(10_000), Timings.HEAL, ""),
                token(30_000, "a", 4)));
        assertEquals(5_500, measures.getFirst().maxMs(), 20);
        assertEquals(1, measures.getFirst().count());
        assertEquals(8_900, measures.get(1).maxMs(), 20);
        assertEquals(0, measures.getLast().count());
    }

    @Test
    void where_nobody_asks_any_more_there_is_nothing_to_hear() {
        List<Measure> measures = Silences.measures(List.of(
                follows("s1/tab0", "n1"),
                token(900, "s1/tab0", 1),
                new Entry.Nemesis(at(950), Timings.RETIRE, "s0,s1"),
                token(970, "s1/tab0", 2), // was on its way
                new Entry.Nemesis(at(1_000), Timings.STOP, "n2"),
                new Entry.Nemesis(at(5_000), Timings.START, "n2")));
        assertTrue(measures.stream().allMatch(measure -> measure.count() == 0));
    }

    @Test
    void who_was_cut_off_may_show_only_at_the_healing() {
        List<Measure> measures = Silences.measures(List.of(
                follows("s1/tab0", "n1"),
                follows("s1/tab1", "n2"),
                follows("s1/tab2", "n3"),
                token(900, "s1/tab0", 1),
                token(900, "s1/tab1", 1),
                token(900, "s1/tab2", 1),
                new Entry.Nemesis(at(1_000), Timings.CUT_BESIDE, ""),
                token(8_000, "s1/tab0", 2),
                token(8_000, "s1/tab1", 2),
                follows("s1/tab2", "n1"),
                token(9_000, "s1/tab2", 2),
                new Entry.Nemesis(at(9_500), Timings.HEAL, "n3")));
        assertEquals(0, measures.getFirst().count());
        assertEquals(8_000, measures.get(1).maxMs(), 20);
        assertEquals(1, measures.get(1).count());
        assertEquals(7_000, measures.get(2).maxMs(), 20);
        assertEquals(2, measures.get(2).count());
    }

    @Test
    void an_orderly_leave_has_a_target_of_its_own() {
        List<Measure> measures = Silences.measures(List.of(
                follows("a", "n1"),
                token(900, "a", 1),
                new Entry.Nemesis(at(1_000), Timings.STOP, "n2"),
                token(1_400, "a", 2),
                token(3_000, "a", 3),
                new Entry.Nemesis(at(3_100), Timings.START, "n2"),
                token(9_000, "a", 4)));
        assertEquals(0, measures.getFirst().count());
        assertEquals(1_600, measures.get(3).maxMs(), 20);
        assertEquals(Verdict.FAIL, measures.get(3).verdict());
    }

    @Test
    void so_has_a_move_to_another_cluster() {
        List<Measure> measures = Silences.measures(List.of(
                follows("a", "n1"),
                token(900, "a", 1),
                new Entry.Nemesis(at(1_000), Timings.MOVE, ""),
                token(1_400, "a", 2),
                token(6_000, "a", 3),
                new Entry.Nemesis(at(6_100), Timings.MOVED, ""),
                token(9_000, "a", 4)));
        assertEquals(0, measures.get(2).count());
        assertEquals(4_600, measures.get(4).maxMs(), 20);
        assertEquals(Verdict.FAIL, measures.get(4).verdict());
    }

    @Test
    void a_tab_that_was_quiet_before_is_not_measured() {
        List<Measure> measures = Silences.measures(List.of(
                follows("a", "n1"),
                token(100, "a", 1),
                new Entry.Nemesis(at(6_000), Timings.FREEZE, "n2"),
                new Entry.Nemesis(at(9_000), Timings.THAW, "n2")));
        assertEquals(0, measures.getFirst().count());
    }

    @Test
    void a_tab_that_was_closed_before_is_not_measured() {
        List<Measure> measures = Silences.measures(List.of(
                follows("a", "n1"),
                token(900, "a", 1),
                new Entry.Closed(at(950), "a", "s1"),
                new Entry.Nemesis(at(1_000), Timings.FREEZE, "n2"),
                new Entry.Nemesis(at(9_000), Timings.THAW, "n2")));
        assertEquals(0, measures.getFirst().count());
    }
}
