package dev.sessionmesh.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Spent;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.core.session.TurnStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private long millis = 1_000;
    private final Claims claims = new Claims(() -> TimeUnit.MILLISECONDS.toNanos(millis));

    @Test
    void the_first_takeover_is_made_at_once() {
        assertTrue(claims.mayTry(KEY, turn("t1", 5)));
    }

    @Test
    void a_turn_that_moved_on_is_taken_over_at_once_again() {
        claims.mayTry(KEY, turn("t1", 5));
        assertFalse(claims.mayTry(KEY, turn("t1", 5)));
        assertTrue(claims.mayTry(KEY, turn("t1", 6)));
        assertTrue(claims.mayTry(KEY, turn("t2", 6)));
    }

    @Test
    void takeovers_that_bring_nothing_come_ever_more_seldom() {
        List<Long> at = new ArrayList<>();
        long start = millis;
        for (; millis < start + 60_000; millis += 250) {
            if (claims.mayTry(KEY, turn("t1", 5))) {
                at.add(millis - start);
            }
        }
        assertEquals(List.of(0L, 250L, 750L, 1_750L, 3_750L, 7_750L, 15_750L, 31_750L, 47_750L), at);
    }

    private static Turn turn(String id, long progressAt) {
        Turn.Hold hold = new Turn.Hold(1, Runner.NONE, 0, 0, 0, 1);
        return new Turn(
                id,
                "c1",
                "",
                Actor.ANONYMOUS,
                TurnStatus.IN_PROGRESS,
                hold,
                0,
                0,
                progressAt,
                "",
                List.of(),
                Spent.NOTHING,
                "");
    }
}
