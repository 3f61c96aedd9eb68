package dev.sessionmesh.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * Which members have been silent for how long, by a clock that never jumps: a sign of life is a value that has changed, whatever it says.
 *
 * <p>Not thread-safe.
 *
 * @param <M> a member
 */
final class Silences<M> {
    /** Who looks more seldom than this can't say who was silent: what came in between may not have been read yet. */
    private static final int TICKS_MISSED_MOST = 5;

    private record Sign(long value, long seenAt, boolean told) {
        Sign(long value, long seenAt) {
            this(value, seenAt, false);
        }
    }

    private final long tickNanos;
    private final long timeoutNanos;
    private final long longNanos;
    private final long alsoNanos;
    private final Map<M, Sign> signs = new HashMap<>();
    private long lookedAt;

    /**
     * @param timeout after which a silent member is given up
     * @param interval between two heartbeats: as far apart can the last ones of two members be that fell silent together
     * @param tick between two looks
     */
    Silences(Duration timeout, Duration interval, Duration tick) {
        this.tickNanos = tick.toNanos();
        this.timeoutNanos = timeout.toNanos();
        this.longNanos = timeout.minus(tick.multipliedBy(2)).toNanos();
        this.alsoNanos = timeout.minus(interval).toNanos();
    }

    /**
     * @param nowNanos from {@link System#nanoTime}
     * @param latest of each other member its latest sign of life, the oldest member first
     * @return those whose time is up, each once; of several that fell silent together, the youngest first, when the first one's is nearly up
     */
    List<M> due(long nowNanos, SequencedMap<M, Long> latest) {
        if (nowNanos - lookedAt > TICKS_MISSED_MOST * tickNanos) {
            signs.clear();
        }
        lookedAt = nowNanos;
        signs.keySet().retainAll(latest.keySet());
        latest.forEach((member, value) -> {
            var known = signs.get(member);
            if (known == null || known.value() != value) {
                signs.put(member, new Sign(value, nowNanos));
            }
        });
        var silent = latest.sequencedKeySet().reversed().stream()
                .filter(member -> nowNanos - signOf(member).seenAt() >= alsoNanos
                        && !signOf(member).told())
                .toList();
        long limit = silent.size() > 1 ? longNanos : timeoutNanos;
        if (silent.stream().noneMatch(member -> nowNanos - signOf(member).seenAt() >= limit)) {
            return List.of();
        }
        silent.forEach(
                member -> signs.computeIfPresent(member, (m, sign) -> new Sign(sign.value(), sign.seenAt(), true)));
        return silent;
    }

    private Sign signOf(M member) {
        return Objects.requireNonNull(signs.get(member), "noted before");
    }
}
