package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class QuorumGuardTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final QuorumGuard guard = new QuorumGuard(nanos::get, Duration.ofNanos(100));

    @Test
    void it_is_closed_until_opened_and_counts_losses() {
        assertFalse(guard.hasQuorum());
        assertTrue(guard.set(true));
        assertFalse(guard.set(true));
        assertTrue(guard.hasQuorum());
        guard.set(false);
        guard.set(true);
        guard.set(false);
        assertEquals(2, guard.losses());
    }

    @Test
    void it_closes_by_itself_when_its_thread_stands_still() {
        guard.set(true);
        nanos.addAndGet(99); // across the overflow of the clock
        assertTrue(guard.hasQuorum());
        assertTrue(guard.beat());
        nanos.addAndGet(100);
        assertFalse(guard.hasQuorum());
        assertFalse(guard.beat());
        assertFalse(guard.hasQuorum(), "open again only when it is set again");
        guard.set(true);
        assertTrue(guard.hasQuorum());
    }

    @Test
    void a_failed_guard_never_opens_again() {
        guard.set(true);
        guard.fail();
        guard.set(true);
        assertFalse(guard.hasQuorum());
    }
}
