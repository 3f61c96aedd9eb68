package dev.sessionmesh.store.hazelcast;

import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.session.LongPayloads;
import dev.sessionmesh.trace.About;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Payloads that are too long for a session's entry, in the partition of their session and on as many copies. They are announced in the
 * entry first, which bounds them, then stored, and only then referred to.
 */
final class BlobShelf {
    private static final Logger LOG = LoggerFactory.getLogger(BlobShelf.class);
    /** After which a read or write that keeps failing is given up, as {@link Retrying} does. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long PAUSE_MILLIS = 250;

    private final IMap<NamedPart, byte[]> blobs;
    private final Background background;
    private final Retrying retrying;
    private final Executor blocking;

    BlobShelf(HazelcastMaps maps, Retrying retrying, Executor blocking) {
        this.blobs = maps.blobs();
        this.background = maps.background();
        this.retrying = retrying;
        this.blocking = blocking;
    }

    /** Done when every copy has the command's blobs, or needs none because the command is a repetition. */
    CompletionStage<Outcome<Boolean>> store(LongPayloads taken) {
        String session = taken.envelope().key().toString();
        return retrying.submit(
                        session,
                        () -> new ReserveProcessor(
                                taken.envelope(), taken.blobs().keySet()))
                .thenCompose(reply -> switch (reply.kind) {
                    case Reply.REFUSED -> CompletableFuture.completedStage(reply.refusal());
                    case Reply.REPEATED -> CompletableFuture.completedStage(Outcome.done(false));
                    default -> write(session, taken);
                });
    }

    private CompletionStage<Outcome<Boolean>> write(String session, LongPayloads taken) {
        List<CompletableFuture<Void>> writes = taken.blobs().entrySet().stream()
                .map(blob -> certain(() ->
                        blobs.setAsync(new NamedPart(session, blob.getKey().hash()), blob.getValue())))
                .toList();
        return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> failure == null ? Outcome.done(true) : away(session, failure));
    }

    /** Puts one in its place, where it may be already. */
    CompletionStage<Void> put(String session, String hash, byte[] utf8) {
        return certain(() -> blobs.setAsync(new NamedPart(session, hash), utf8));
    }

    CompletionStage<Outcome<byte[]>> read(String session, String hash) {
        return retrying.submit(session, () -> new ReadProcessor(0, 0, 0, false, false))
                .thenCompose(reply -> reply.kind == Reply.REFUSED
                        ? CompletableFuture.completedStage(reply.refusal())
                        : kept(session, hash));
    }

    /** The same of a session that may not be served. */
    CompletionStage<Outcome<byte[]>> kept(String session, String hash) {
        return certain(() -> blobs.getAsync(new NamedPart(session, hash)))
                .handle((utf8, failure) -> failure != null
                        ? away(session, failure)
                        : utf8 == null
                                ? Outcome.refused(ErrorCode.BLOB_NOT_FOUND, "the session has no such blob")
                                : Outcome.done(utf8));
    }

    /** Looks for what is there instead of trusting the entry, so that repeating it collects what an interrupted one left. */
    void discard(String session) {
        blocking.execute(() -> {
            try {
                blobs.keySet(Predicates.partitionPredicate(session, Predicates.alwaysTrue())).stream()
                        .filter(blob -> blob.getPartitionKey().equals(session))
                        .forEach(blobs::deleteAsync);
            } catch (RuntimeException passing) {
                About.named(session)
                        .warn(LOG)
                        .log("blobs of a deleted session stay until it is deleted again: {}", passing.toString());
            }
        });
    }

    private static <T> Outcome<T> away(String session, Throwable failure) {
        About.named(session).warn(LOG).log("a blob could not be reached: {}", failure.toString());
        return Outcome.refused(ErrorCode.UNAVAILABLE, "a blob's copies did not answer in time");
    }

    /** Tries again while the outcome is uncertain; a blob's content is in its name, so twice is as good as once. */
    private <T> CompletableFuture<T> certain(Supplier<CompletionStage<T>> operation) {
        return certain(operation, background.nanos() + PATIENCE_NANOS);
    }

    private <T> CompletableFuture<T> certain(Supplier<CompletionStage<T>> operation, long until) {
        return attempt(operation)
                .exceptionallyCompose(failure -> background.nanos() >= until
                        ? CompletableFuture.failedFuture(failure)
                        : CompletableFuture.runAsync(() -> {}, work -> background.after(PAUSE_MILLIS, work))
                                .thenCompose(now -> certain(operation, until)));
    }

    private static <T> CompletableFuture<T> attempt(Supplier<CompletionStage<T>> operation) {
        try {
            return operation.get().toCompletableFuture();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
