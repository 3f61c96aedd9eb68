package dev.sessionmesh.access.quota;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Whose use is counted together: a tenant's, a user's or an address's, on this node. Safe on any thread. */
public final class Party {
    /** Connections end when they end: nobody can say when. */
    private static final long FOR_A_CONNECTION_MILLIS = 2_000;

    private static final long MILLI = 1_000_000L;

    /** Hears of each refusal. */
    interface Tally {
        void refused(Use use);
    }

    /** What the limit is, as it is now, and how it is called in words. */
    record Terms(Quota quota, int parts, String whose) {
        int of(Use use) {
            return Math.ceilDiv(quota.of(use), parts);
        }

        private String words(Use use) {
            return "the limit of " + whose + ": " + quota.of(use) + " " + use.unit;
        }
    }

    private final Supplier<Terms> terms;
    private final Clock clock;
    private final Tally tally;
    private final Map<Use, Bucket> buckets = new EnumMap<>(Use.class);
    private final Map<Use, LongAdder> taken = Use.tally();
    private final Map<Use, LongAdder> refused = Use.tally();
    private final AtomicInteger sockets = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    /** In nanoseconds, monotonic. */
    interface Clock {
        long nanos();
    }

    Party(Supplier<Terms> terms, Clock clock, Tally tally) {
        this.terms = terms;
        this.clock = clock;
        this.tally = tally;
        for (Use use : Use.values()) {
            if (use.savedSeconds > 0) {
                buckets.put(use, new Bucket(clock.nanos()));
            }
        }
    }

    /** @param use one of those that are so many a second */
    public Optional<TooMuch> take(Use use, long amount) {
        Bucket bucket = buckets.get(use);
        if (bucket == null) {
            throw new IllegalArgumentException(use + " is held, not taken");
        }
        Terms now = terms.get();
        long wait = bucket.take(amount, now.of(use), use.savedSeconds, clock.nanos());
        if (wait > 0) {
            return Optional.of(refuse(use, now, Math.ceilDiv(wait, MILLI)));
        }
        count(taken, use, amount);
        return Optional.empty();
    }

    /** @param use one of those that are held; to be given back with {@link #leave} unless it is refused */
    public Optional<TooMuch> enter(Use use) {
        Terms now = terms.get();
        int most = now.of(use);
        AtomicInteger held = held(use);
        if (held.getAndUpdate(before -> before < most ? before + 1 : before) < most) {
            return Optional.empty();
        }
        return Optional.of(refuse(use, now, FOR_A_CONNECTION_MILLIS));
    }

    public void leave(Use use) {
        if (held(use).getAndDecrement() <= 0) {
            throw new IllegalStateException("more of " + use + " was given back than was held");
        }
    }

    /** It has as many sessions as it may. */
    TooMuch full() {
        return refuse(Use.SESSIONS, terms.get(), 0);
    }

    /** Without its sessions. */
    Usage usage() {
        Map<String, Long> limited = new TreeMap<>();
        refused.forEach((use, times) -> {
            if (times.sum() > 0) {
                limited.put(use.label(), times.sum());
            }
        });
        return new Usage(
                0,
                connections.get(),
                taken(Use.REQUEST),
                taken(Use.COMMAND),
                taken(Use.SESSION),
                taken(Use.BYTE),
                limited);
    }

    private long taken(Use use) {
        return Objects.requireNonNull(taken.get(use)).sum();
    }

    private static void count(Map<Use, LongAdder> tally, Use use, long amount) {
        Objects.requireNonNull(tally.get(use)).add(amount);
    }

    /** Whether something is held: forgetting it would lose count. */
    boolean isHeld() {
        return sockets.get() > 0 || connections.get() > 0;
    }

    private AtomicInteger held(Use use) {
        return switch (use) {
            case SOCKET -> sockets;
            case CONNECTION -> connections;
            case REQUEST, COMMAND, SESSION, SESSIONS, BYTE ->
                throw new IllegalArgumentException(use + " is taken, not held");
        };
    }

    private TooMuch refuse(Use use, Terms terms, long retryAfterMs) {
        tally.refused(use);
        count(refused, use, 1);
        return new TooMuch(terms.words(use), retryAfterMs);
    }
}
