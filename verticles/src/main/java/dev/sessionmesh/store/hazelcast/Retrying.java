package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.NoDataMemberInClusterException;
import com.hazelcast.spi.exception.RetryableException;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.trace.About;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a processor until its outcome is certain. Hazelcast answers "indeterminate" when a backup did not confirm in time; the same
 * processor is then sent again (commands are idempotent by id, epoch and batch number), which either finds the change made and ships it
 * to the copies once more, or makes it now. After {@link #PATIENCE_MILLIS} the caller is told {@code unavailable}: the outcome is
 * unknown, and the same command may be sent again.
 *
 * <p>Hazelcast lets what was under way when a member left or a copy moved wait for long: 1.1 s for the answer of an owner that is gone, the
 * backup timeout and up to another second for a copy. As a repetition harms nothing, such work is {@link #sendAgain sent again} at once, so is for a
 * while what gets no answer (a member may not yet know that it has a copy now), and the first answer counts.
 */
final class Retrying {
    private static final Logger LOG = LoggerFactory.getLogger(Retrying.class);
    private static final long PATIENCE_MILLIS = 15_000;
    /** How much of its patience it spends on a tail that stays full. */
    private static final long BUSY_MILLIS = 3_000;

    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 250;
    /** Time for the members to agree who has the copies now. */
    private static final long SETTLES_MILLIS = 20;
    /** For how long after a change of the members or their copies slow work is sent again. */
    private static final long RESTLESS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long LOOK_MILLIS = 100;
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int SLOW_DOUBLES = 3;
    /** How much of what models say is on its way to the copies at a time. */
    private static final int PRODUCED_COUNT = 64;

    private static final long PRODUCED_BYTES = 1 << 20;

    private final IMap<String, Slot> sessions;
    private final Background background;
    private final Bulkhead produced;
    /** By the order in which it began. */
    private final NavigableMap<Long, Sending> underWay = new ConcurrentSkipListMap<>();

    private final AtomicLong begun = new AtomicLong();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long restlessSince;

    private final StoreMeters meters;

    Retrying(HazelcastMaps maps) {
        this(maps, StoreMeters.unread());
    }

    Retrying(HazelcastMaps maps, StoreMeters meters) {
        this.meters = meters;
        this.sessions = maps.sessions();
        this.background = maps.background();
        this.produced = new Bulkhead(PRODUCED_COUNT, PRODUCED_BYTES, background);
    }

    CompletableFuture<Reply> submit(String key, Supplier<RecordProcessor> processor) {
        return submit(key, tries -> processor.get());
    }

    /** @param processor made for each try, from how many went before */
    CompletableFuture<Reply> submit(String key, IntFunction<RecordProcessor> processor) {
        return new Sending(key, processor, BUSY_MILLIS) {
            @Override
            CompletionStage<Reply> queue(RecordProcessor sent) {
                return send(sent);
            }
        }.start();
    }

    /** Those who should answer may be gone, or not be asked any more: what was sent for these sessions is sent again. */
    void sendAgain(Predicate<String> keys) {
        for (Sending sending : underWay.values()) {
            if (keys.test(sending.key)) {
                sending.again();
            }
        }
        restlessSince = background.nanos();
        if (looking.compareAndSet(false, true)) {
            look();
        }
    }

    private void look() {
        background.after(LOOK_MILLIS, () -> {
            long now = background.nanos();
            underWay.values().stream().filter(sending -> sending.isSlow(now)).forEach(Sending::again);
            if (now - restlessSince < RESTLESS_NANOS) {
                look();
            } else {
                looking.set(false);
            }
        });
    }

    /**
     * For what models say: waits its turn behind other such work, which people's commands overtake. A session that is busy is answered
     * at once, as its writer has more to say by the time it tries again.
     *
     * @param size roughly how many bytes it carries
     */
    CompletableFuture<Reply> produce(String key, long size, IntFunction<RecordProcessor> processor) {
        return new Sending(key, processor, 0) {
            @Override
            CompletionStage<Reply> queue(RecordProcessor sent) {
                return produced.submit(size, () -> send(sent));
            }
        }.start();
    }

    /** One change on its way, however many tries it takes. */
    private abstract class Sending {
        private final String key;
        private final IntFunction<RecordProcessor> processor;
        private final long number = begun.incrementAndGet();
        private final long started = background.nanos();
        private final long busyMillis;
        private final CompletableFuture<Reply> result = new CompletableFuture<>();
        /** The latest try; what comes of earlier ones counts only if it is an answer. */
        private final AtomicInteger latest = new AtomicInteger();
        /** Whether the latest try is on its way, and not waiting for its turn. */
        private volatile boolean sent;

        private volatile long sentAt;
        /** Whether the latest try takes the place of one that is on its way, and so needs no turn of its own. */
        private volatile boolean replaces;

        Sending(String key, IntFunction<RecordProcessor> processor, long busyMillis) {
            this.key = key;
            this.processor = processor;
            this.busyMillis = busyMillis;
        }

        /** Sends it when its turn has come. */
        abstract CompletionStage<Reply> queue(RecordProcessor sending);

        CompletionStage<Reply> send(RecordProcessor sending) {
            sentAt = background.nanos();
            sent = true;
            return sessions.submitToKey(key, sending);
        }

        CompletableFuture<Reply> start() {
            underWay.put(number, this);
            attempt(0);
            return result;
        }

        boolean isSlow(long now) {
            return sent && now - sentAt > SLOW_NANOS << Math.min(latest.get(), SLOW_DOUBLES);
        }

        void again() {
            int tries = latest.get();
            if (sent && latest.compareAndSet(tries, tries + 1)) {
                sent = false;
                replaces = true;
                meters.retries.increment(StoreMeters.Again.RESENT);
                background.after(SETTLES_MILLIS, () -> attempt(tries + 1));
            }
        }

        private void attempt(int tries) {
            if (latest.get() != tries || result.isDone()) {
                return;
            }
            try {
                RecordProcessor sending = processor.apply(tries);
                CompletionStage<Reply> answer = replaces ? send(sending) : queue(sending);
                replaces = false;
                answer.whenComplete((reply, failure) -> {
                    boolean busy = failure == null && isBusy(reply) && !hasLasted(busyMillis);
                    if (failure == null && !busy) {
                        complete(sending.answered(reply));
                    } else if (latest.get() != tries) {
                        About.named(key).debug(LOG).log("an earlier try came to nothing");
                    } else if (busy) {
                        later(tries, StoreMeters.Again.BUSY);
                    } else {
                        failed(tries, cause(failure));
                    }
                });
            } catch (RuntimeException refused) {
                failed(tries, cause(refused));
            }
        }

        private void complete(Reply reply) {
            underWay.remove(number);
            result.complete(reply);
        }

        private void failed(int tries, Throwable cause) {
            if (cause instanceof HazelcastInstanceNotActiveException) {
                complete(Reply.refused(ErrorCode.UNAVAILABLE, "this node is stopping"));
            } else if (!isPassing(cause)) {
                About.named(key).error(LOG).setCause(cause).log("operation failed");
                complete(Reply.refused(ErrorCode.INTERNAL, "the operation failed"));
            } else if (hasLasted(PATIENCE_MILLIS)) {
                About.named(key).warn(LOG).log("operation stayed uncertain: {}", cause.toString());
                complete(Reply.refused(ErrorCode.UNAVAILABLE, "the session's copies did not answer in time"));
            } else {
                later(tries, StoreMeters.Again.UNCERTAIN);
            }
        }

        private boolean hasLasted(long millis) {
            return background.nanos() - started >= TimeUnit.MILLISECONDS.toNanos(millis);
        }

        private void later(int tries, StoreMeters.Again why) {
            if (latest.compareAndSet(tries, tries + 1)) {
                meters.retries.increment(why);
                sent = false;
                background.after(pause(tries), () -> attempt(tries + 1));
            }
        }
    }

    private static long pause(int tries) {
        return Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(tries, 8));
    }

    /** A tail is full only until it is sealed, a matter of milliseconds; a member that starts has no quorum for a moment. */
    private static boolean isBusy(Reply reply) {
        return reply.kind == Reply.REFUSED && (reply.code == ErrorCode.BUSY || reply.code == ErrorCode.NO_QUORUM);
    }

    private static boolean isPassing(Throwable cause) {
        return cause instanceof IndeterminateOperationStateException
                || cause instanceof OperationTimeoutException
                || cause instanceof MemberLeftException
                || cause instanceof NoDataMemberInClusterException
                || cause instanceof RetryableException
                || cause instanceof CopyProcessor.StaleCopyException;
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException) {
            @Nullable Throwable inner = cause.getCause();
            if (inner == null) {
                return cause;
            }
            cause = inner;
        }
        return cause;
    }
}
