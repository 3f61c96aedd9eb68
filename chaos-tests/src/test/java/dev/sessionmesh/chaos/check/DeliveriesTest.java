package dev.sessionmesh.chaos.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.chaos.check.Deliveries.Kind;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DeliveriesTest {

    private static final Stamp AT = new Stamp(0, 0);

    /** A tab that begins behind what the others saw, so that only what the test shows it is new. */
    private final Story story = Story.good().opened("c", 10);

    private DeliveriesTest sees(long from, long to) {
        story.sees("c", Seen.token(from, to, "m", "x"));
        return this;
    }

    private Map<Kind, Long> counted() {
        return Deliveries.counted(story.evidence());
    }

    @Test
    void a_good_run_has_no_flaw() {
        assertEquals(Map.of(), sees(11, 14).counted());
    }

    @Test
    void what_comes_again_is_a_duplicate_each_time() {
        assertEquals(
                Map.of(Kind.DUPLICATE, 2L),
                sees(11, 13).sees(12, 12).sees(13, 13).sees(14, 14).counted());
    }

    @Test
    void what_was_passed_over_and_comes_later_is_out_of_order() {
        assertEquals(
                Map.of(Kind.GAP, 1L, Kind.ORDER, 2L, Kind.DUPLICATE, 1L),
                sees(14, 14).sees(12, 12).sees(11, 11).sees(12, 12).counted());
    }

    @Test
    void the_end_that_never_came_is_a_gap() {
        assertEquals(Map.of(Kind.GAP, 1L), sees(11, 12).counted());
    }

    @Test
    void a_tab_that_was_ended_is_none_of_these() {
        story.add(new Entry.Ended(AT, "c", "s1", "gone"));
        assertEquals(Map.of(Kind.ENDED, 1L), sees(11, 14).counted());
    }
}
