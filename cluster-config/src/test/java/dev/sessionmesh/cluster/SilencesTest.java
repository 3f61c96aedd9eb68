package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SilencesTest {
    private static final long TICK = 100;

    private final Silences<String> silences =
            new Silences<>(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMillis(TICK));
    private final LinkedHashMap<String, Long> latest = new LinkedHashMap<>();
    private long now;

    /** Lets time pass with a heartbeat a second of each member that speaks, at a moment of its own; what was returned, with when. */
    private List<String> pass(long millis, Set<String> speaking, String... members) {
        var given = new ArrayList<String>();
        for (long until = now + millis; now < until; now += TICK) {
            int offset = 0;
            for (var member : members) {
                if (speaking.contains(member) && (now + offset) % 1_000 == 0) {
                    latest.put(member, now);
                } else {
                    latest.putIfAbsent(member, -1L);
                }
                offset += 400;
            }
            look().forEach(member -> given.add(now + " " + member));
        }
        return given;
    }

    private List<String> look() {
        return silences.due(now * 1_000_000, latest);
    }

    @Test
    void who_fell_silent_together_is_given_up_together_before_the_time_is_up_youngest_first() {
        assertEquals(List.of(), pass(3_000, Set.of("a", "b", "c"), "a", "b", "c"));
        // The last heartbeats: a at 2000, c at 2200 (b at 2600 and on).
        assertEquals(List.of("6800 c", "6800 a"), pass(7_000, Set.of("b"), "a", "b", "c"));
    }

    @Test
    void one_alone_is_given_up_when_its_time_is_up() {
        assertEquals(List.of(), pass(3_000, Set.of("a", "b", "c"), "a", "b", "c"));
        assertEquals(List.of("7200 c"), pass(20_000, Set.of("a", "b"), "a", "b", "c"));
    }

    @Test
    void who_fell_silent_much_later_is_not_given_up_with_another() {
        assertEquals(List.of(), pass(3_000, Set.of("a", "b", "c"), "a", "b", "c"));
        assertEquals(List.of(), pass(2_000, Set.of("b", "c"), "a", "b", "c"));
        // a since 2000, c since 4200: when a's time is up c was silent for 2.8 s.
        assertEquals(List.of("7000 a"), pass(3_000, Set.of("b"), "a", "b", "c"));
        assertEquals(List.of("9200 c"), pass(2_400, Set.of("b"), "a", "b", "c"));
    }

    @Test
    void each_is_told_once_until_it_speaks_again() {
        assertEquals(2, pass(9_000, Set.of(), "a", "b").size());
        assertEquals(List.of(), pass(9_000, Set.of(), "a", "b"));
        assertEquals(List.of(), pass(1_000, Set.of("a", "b"), "a", "b"));
        assertEquals(2, pass(9_000, Set.of(), "a", "b").size());
    }

    @Test
    void a_look_after_a_long_pause_begins_anew() {
        assertEquals(List.of(), pass(4_000, Set.of(), "a", "b"));
        now += 3_000;
        assertEquals(List.of(), look());
        now += TICK;
        assertEquals(List.of(), pass(4_500, Set.of(), "a", "b"));
        assertEquals(2, pass(400, Set.of(), "a", "b").size());
    }

    @Test
    void who_left_is_forgotten() {
        assertEquals(List.of(), pass(4_000, Set.of(), "a", "b"));
        latest.remove("a");
        assertEquals(List.of("5000 b"), pass(4_000, Set.of(), "b"), "nobody fell silent with it");
    }

    @Test
    void a_date_that_jumps_is_a_sign_of_life() {
        assertEquals(List.of(), pass(4_000, Set.of(), "a", "b"));
        latest.replaceAll((member, value) -> value - 3_600_000);
        assertEquals(List.of(), pass(4_000, Set.of(), "a", "b"));
    }
}
