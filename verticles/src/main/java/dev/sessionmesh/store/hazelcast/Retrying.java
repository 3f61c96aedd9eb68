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
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
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
    /** How long of its patience it does not spend on a tail that stays full. */
    private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(12);

    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    private final IMap<String, Slot> sessions;

    Retrying(IMap<String, Slot> sessions) {
        this.sessions = sessions;
    }

    CompletableFuture<Reply> submit(String key, Supplier<RecordProcessor> processor) {
        return submit(key, tries -> processor.get());
    }

    /** @param processor made for each try, from how many went before */
    CompletableFuture<Reply> submit(String key, IntFunction<RecordProcessor> processor) {
        CompletableFuture<Reply> result = new CompletableFuture<>();
        attempt(key, processor, result, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS), 0);
        return result;
    }

    private void attempt(
            String key,
            IntFunction<RecordProcessor> processor,
            CompletableFuture<Reply> result,
            long until,
            int tries) {
        try {
            RecordProcessor sent = processor.apply(tries);
            sessions.submitToKey(key, sent).whenComplete((reply, failure) -> {
                if (failure == null && isBusy(reply) && System.nanoTime() < until - BUSY_NANOS) {
                    later(key, processor, result, until, tries, pause(tries));
                } else if (failure == null) {
                    result.complete(sent.answered(reply));
                } else {
                    again(key, processor, result, until, tries, failure);
                }
            });
        } catch (RuntimeException refused) {
            again(key, processor, result, until, tries, refused);
        }
    }

    private void again(
            String key,
            IntFunction<RecordProcessor> processor,
            CompletableFuture<Reply> result,
            long until,
            int tries,
            Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof HazelcastInstanceNotActiveException) {
            result.complete(Reply.refused(ErrorCode.UNAVAILABLE, "this node is stopping"));
        } else if (!isPassing(cause)) {
            LOG.error("operation on session {} failed", key, cause);
            result.complete(Reply.refused(ErrorCode.INTERNAL, "the operation failed"));
        } else if (System.nanoTime() >= until) {
            LOG.warn("operation on session {} stayed uncertain: {}", key, cause.toString());
            result.complete(Reply.refused(ErrorCode.UNAVAILABLE, "the session's copies did not answer in time"));
        } else {
            later(key, processor, result, until, tries, pause(tries));
        }
    }

    private void later(
            String key,
            IntFunction<RecordProcessor> processor,
            CompletableFuture<Reply> result,
            long until,
            int tries,
            long pauseMillis) {
        Executor later =
                CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS, ForkJoinPool.commonPool());
        later.execute(() -> attempt(key, processor, result, until, tries + 1));
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
