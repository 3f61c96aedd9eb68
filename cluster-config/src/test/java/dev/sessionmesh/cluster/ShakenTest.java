package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShakenTest {
    private Set<String> members = Set.of("a", "b", "c", "d", "e");
    private long now;
    private final Shaken shaken = new Shaken(1, () -> members, () -> now);

    @Test
    void as_long_as_a_copy_is_left_nothing_is_in_doubt() {
        assertFalse(shaken.isNow());
        members = Set.of("a", "b", "c", "d");
        assertFalse(shaken.isNow());
    }

    @Test
    void when_more_have_left_than_there_are_copies_it_is_for_a_while() {
        members = Set.of("c", "d", "e");
        assertTrue(shaken.isNow(), "at once, as it asks");
        pass(Shaken.LASTS.minusMillis(1));
        assertTrue(shaken.isNow());
        pass(Duration.ofMillis(1));
        assertFalse(shaken.isNow());
    }

    @Test
    void those_who_leave_one_after_the_other_count_together() {
        members = Set.of("b", "c", "d", "e");
        assertFalse(shaken.isNow());
        pass(Shaken.TOGETHER);
        members = Set.of("b", "c", "d");
        assertTrue(shaken.isNow());
    }

    @Test
    void who_left_long_before_does_not_count() {
        members = Set.of("b", "c", "d", "e");
        assertFalse(shaken.isNow());
        pass(Shaken.TOGETHER.plusMillis(1));
        members = Set.of("b", "c", "d");
        assertFalse(shaken.isNow());
    }

    @Test
    void who_comes_does_no_harm() {
        members = Set.of("a", "b", "c", "d", "e", "f", "g");
        assertFalse(shaken.isNow());
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
