package dev.sessionmesh.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.log.Lineage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Cursors, back-off, the breaker and what answers mean, each by itself. */
final class StateMachinesTest {
    private static final Backoff STEADY = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> 1.0);

    @Test
    void pauses_double_up_to_a_cap_and_are_drawn_from_the_upper_half() {
        assertEquals(1_000, STEADY.millis(1));
        assertEquals(2_000, STEADY.millis(2));
        assertEquals(32_000, STEADY.millis(6));
        assertEquals(60_000, STEADY.millis(7));
        assertEquals(60_000, STEADY.millis(Integer.MAX_VALUE));
        Backoff least = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> 0);
        assertEquals(500, least.millis(1));
        assertEquals(30_000, least.millis(100));
    }

    @Test
    void a_closed_breaker_lets_all_through_an_open_one_a_probe_at_a_time() {
        Breaker breaker = new Breaker(STEADY);
        assertTrue(breaker.mayTry(0));
        assertTrue(breaker.mayTry(1));
        breaker.failed(0, 0);
        assertFalse(breaker.mayTry(999));
        assertTrue(breaker.mayTry(1_000));
        assertFalse(breaker.mayTry(1_000), "one probe at a time");
        breaker.failed(1_000, 0);
        assertFalse(breaker.mayTry(2_999));
        assertTrue(breaker.mayTry(3_000));
        breaker.success();
        assertTrue(breaker.mayTry(3_000));
        assertTrue(breaker.mayTry(3_001));
    }

    @Test
    void what_was_under_way_beside_the_first_failure_does_not_count_again() {
        Breaker breaker = new Breaker(STEADY);
        for (int i = 0; i < 8; i++) {
            breaker.failed(0, 0);
        }
        assertEquals(1_000, breaker.opensAt());
        assertEquals(1, breaker.failures());
    }

    @Test
    void a_probe_that_had_nothing_to_ask_makes_room_for_another() {
        Breaker breaker = new Breaker(STEADY);
        breaker.failed(0, 0);
        assertTrue(breaker.mayTry(1_000));
        breaker.nothing();
        assertFalse(breaker.isClosed());
        assertTrue(breaker.mayTry(1_000));
    }

    @Test
    void the_receiver_may_ask_for_more_patience_than_the_back_off_has() {
        Breaker breaker = new Breaker(STEADY);
        breaker.failed(0, 90_000);
        assertFalse(breaker.mayTry(89_999));
        assertTrue(breaker.mayTry(90_000));
    }

    @Test
    void a_single_refusal_is_about_a_message_and_many_are_about_the_receiver() {
        Breaker breaker = new Breaker(STEADY);
        breaker.refused(0);
        breaker.refused(0);
        assertTrue(breaker.isClosed());
        breaker.success();
        breaker.refused(0);
        assertTrue(breaker.isClosed(), "what was taken in between counts");
        breaker.refused(0);
        breaker.refused(0);
        assertFalse(breaker.isClosed());
    }

    @Test
    void answers_mean_what_the_page_says() {
        for (int status : new int[] {200, 201, 202, 204, 299}) {
            assertInstanceOf(Answer.Taken.class, Answer.of(status, 0));
        }
        for (int status : new int[] {408, 425, 429, 500, 502, 503, 504}) {
            assertEquals(new Answer.Failed("http_" + status, 5), Answer.of(status, 5));
        }
        for (int status : new int[] {301, 302, 307, 400, 401, 404, 422}) {
            assertEquals(new Answer.Refused("http_" + status), Answer.of(status, 5));
        }
        assertInstanceOf(Answer.Gone.class, Answer.of(410, 0));
    }

    @Test
    void a_cursor_goes_where_it_was_planned_to_and_back_on_a_replay() {
        Cursor start = new Cursor(1, 0, 7, 0, 0);
        Cursor plan = start.plan(7, 9);
        assertTrue(plan.isPlanned() && !start.isPlanned());
        assertEquals(new Cursor(1, 0, 7, 9, 9), plan.taken());
        assertEquals(new Cursor(1, 1, 7, 3, 3), plan.taken().replayed(3));
        assertEquals(new Cursor(1, 1, 7, 0, 0), plan.replayed(3), "what was not delivered yet is not passed over");
        Cursor fresh = new Cursor(1, 0, 7, Cursor.NOTHING, Cursor.NOTHING);
        assertEquals(new Cursor(1, 1, 7, 40, 40), fresh.replayed(40), "who was told nothing has nothing to miss");
        assertEquals(plan, Cursor.of(plan.toLongs()));
        assertThrows(IllegalArgumentException.class, () -> plan.plan(7, -1));
        Cursor far = new Cursor(Long.MIN_VALUE, 2, -7, Cursor.NOTHING, Cursor.END);
        assertEquals(far, Cursor.parse(far.text()));
        assertEquals("1:1:0:7:0:9", plan.text());
        for (String wrong :
                new String[] {"", "2:1:0:7:0:9", "1:1:0:7:0", "1:1:0:7:9:0", "1:1:0:7:0:x", "1:1:0:7:0:9:"}) {
            assertThrows(IllegalArgumentException.class, () -> Cursor.parse(wrong), wrong);
        }
    }

    @Test
    void a_cursor_is_set_back_to_where_the_log_parted_from_what_was_delivered() {
        Lineage log = Lineage.begin(7).fork(8, 20);
        assertEquals(new Cursor(1, 0, 7, 15, 18), new Cursor(1, 0, 7, 15, 18).within(log));
        assertEquals(new Cursor(1, 0, 8, 25, 30), new Cursor(1, 0, 8, 25, 30).within(log));
        assertEquals(new Cursor(1, 0, 7, 19, 19), new Cursor(1, 0, 7, 25, 30).within(log));
        assertEquals(0, new Cursor(1, 0, 99, 25, 30).within(log).delivered());
    }
}
