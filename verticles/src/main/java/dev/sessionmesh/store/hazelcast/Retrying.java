package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.NoDataMemberInClusterException;
import com.hazelcast.spi.exception.RetryableException;
import dev.sessionmesh.core.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a processor until its outcome is certain. Hazelcast answers "indeterminate" when a backup did not confirm in time; the same
 * processor is then sent again (commands are idempotent by id, epoch and batch number), which either finds the change made and ships it
 * to the copies once more, or makes it now. After {@link #PATIENCE_MILLIS} the caller is told {@code unavailable}: the outcome is
 * unknown, and the same command may be sent again.
 */
final class Retrying {
    private static final Logger LOG = LoggerFactory.getLogger(Retrying.class);
    private static final long PATIENCE_MILLIS = 15_000;
    /** How much of its patience it spends on a tail that stays full. */
    private static final long BUSY_MILLIS = 3_000;

    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 250;
    /** How much of what models say is on its way to the copies at a time. */
    private static final int PRODUCED_COUNT = 64;

    private static final long PRODUCED_BYTES = 1 << 20;

    private final IMap<String, Slot> sessions;
    private final Background background;
    private final Bulkhead produced;

    Retrying(HazelcastMaps maps) {
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
            CompletionStage<Reply> send(RecordProcessor sent) {
                return sessions.submitToKey(key, sent);
            }
        }.start();
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
            CompletionStage<Reply> send(RecordProcessor sent) {
                return produced.submit(size, () -> sessions.submitToKey(key, sent));
            }
        }.start();
    }

    /** One change on its way, however many tries it takes. */
    private abstract class Sending {
        private final String key;
        private final IntFunction<RecordProcessor> processor;
        private final long started = background.nanos();
        private final long busyMillis;
        private final CompletableFuture<Reply> result = new CompletableFuture<>();

        Sending(String key, IntFunction<RecordProcessor> processor, long busyMillis) {
            this.key = key;
            this.processor = processor;
            this.busyMillis = busyMillis;
        }

        abstract CompletionStage<Reply> send(RecordProcessor sent);

        CompletableFuture<Reply> start() {
            attempt(0);
            return result;
        }

        private void attempt(int tries) {
            try {
                RecordProcessor sent = processor.apply(tries);
                send(sent).whenComplete((reply, failure) -> {
                    if (failure != null) {
                        failed(tries, cause(failure));
                    } else if (isBusy(reply) && !hasLasted(busyMillis)) {
                        later(tries);
                    } else {
                        result.complete(sent.answered(reply));
                    }
                });
            } catch (RuntimeException refused) {
                failed(tries, cause(refused));
            }
        }

        private void failed(int tries, Throwable cause) {
            if (cause instanceof HazelcastInstanceNotActiveException) {
                result.complete(Reply.refused(ErrorCode.UNAVAILABLE, "this node is stopping"));
            } else if (!isPassing(cause)) {
                LOG.error("operation on session {} failed", key, cause);
                result.complete(Reply.refused(ErrorCode.INTERNAL, "the operation failed"));
            } else if (hasLasted(PATIENCE_MILLIS)) {
                LOG.warn("operation on session {} stayed uncertain: {}", key, cause.toString());
                result.complete(Reply.refused(ErrorCode.UNAVAILABLE, "the session's copies did not answer in time"));
            } else {
                later(tries);
            }
        }

        private boolean hasLasted(long millis) {
            return background.nanos() - started >= TimeUnit.MILLISECONDS.toNanos(millis);
        }

        private void later(int tries) {
            background.after(pause(tries), () -> attempt(tries + 1));
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
