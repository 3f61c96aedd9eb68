package dev.sessionmesh.host;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Turn;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Paces the takeovers of a turn. The first is made at once; while one after the other brings the turn no further, the pauses between
 * them double, so that a turn whose runners all fail costs an event now and then until its deadline ends it.
 */
final class Claims {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int LONGEST_DOUBLINGS = 6;

    /** @param progressAt the turn's, when it was claimed last */
    private record Tries(String turn, long progressAt, int count, long lastNanos) {}

    private final Map<SessionKey, Tries> tries = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /** @param nanos a monotonic clock */
    Claims(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether a claim is due; counts it if so. */
    boolean mayTry(SessionKey key, Turn turn) {
        long now = nanos.getAsLong();
        @Nullable Tries before = tries.get(key);
        if (before == null || !before.turn().equals(turn.id()) || before.progressAt() != turn.progressAt()) {
            tries.put(key, new Tries(turn.id(), turn.progressAt(), 0, now));
            return true;
        }
        if (now - before.lastNanos() < FIRST_NANOS << Math.min(before.count(), LONGEST_DOUBLINGS)) {
            return false;
        }
        tries.put(key, new Tries(turn.id(), turn.progressAt(), before.count() + 1, now));
        return true;
    }

    void forget(SessionKey key) {
        tries.remove(key);
    }
}
