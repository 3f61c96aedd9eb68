package dev.sessionmesh.gateway;

import dev.sessionmesh.access.quota.Allowance;
import dev.sessionmesh.access.quota.TooMuch;
import dev.sessionmesh.access.quota.Use;
import java.util.Optional;

/** How fast one WebSocket may send: a bound of its own, and what its tenant and its address have left. */
final class Pace {
    /** Many connections may wait for the same: each asks again after this time at the earliest. */
    private static final long HELD_MILLIS = 100;

    /** No longer than a client waits for a sign of life. */
    private static final long HELD_MILLIS_MOST = 1_000;

    /**
     * A frame that came too fast.
     *
     * @param holdMs how long nothing more is to be read: what others could use is not spent on refusals
     */
    record TooFast(TooMuch limit, long holdMs) {}

    private final int perSecond;
    private final RateLimit own;
    private final Allowance shared;

    Pace(int perSecond, Allowance shared, long now) {
        this.perSecond = perSecond;
        this.own = new RateLimit(perSecond, now);
        this.shared = shared;
    }

    /** @param now in nanoseconds, monotonic */
    Optional<TooFast> take(int chars, long now) {
        if (!own.take(now)) {
            return Optional.of(
                    new TooFast(new TooMuch("more than " + perSecond + " frames a second", own.retryAfterMillis()), 0));
        }
        Optional<TooMuch> tooMuch = shared.take(Use.COMMAND, 1);
        if (tooMuch.isEmpty()) {
            tooMuch = shared.take(Use.BYTE, chars);
        }
        return tooMuch.map(
                limit -> new TooFast(limit, Math.clamp(limit.retryAfterMs(), HELD_MILLIS, HELD_MILLIS_MOST)));
    }
}
