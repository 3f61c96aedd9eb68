package dev.sessionmesh.store.hazelcast;

import com.hazelcast.map.IMap;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.ChunkCodec;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.trace.About;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what is durable: sealed chunks from their own map, the tail from the entry. */
final class LogReader {
    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);
    /** A reader that finds its chunk gone reads the directory again: a seal or a deletion came between. */
    private static final int ATTEMPTS = 3;

    private static final long SETTLES_MILLIS = 500;

    private final IMap<ChunkKey, byte[]> chunks;
    private final Background background;
    private final Retrying retrying;
    private final BooleanSupplier quorum;
    private final ConcurrentMap<String, Long> settling = new ConcurrentHashMap<>();

    /** @param quorum whether this node belongs to a majority */
    LogReader(HazelcastMaps maps, Retrying retrying, BooleanSupplier quorum) {
        this.quorum = quorum;
        this.chunks = maps.chunks();
        this.background = maps.background();
        this.retrying = retrying;
    }

    /** The entry as of a head that every copy has confirmed. */
    CompletableFuture<Reply> exact(String key) {
        return entry(key, 0, 0, true);
    }

    CompletionStage<Outcome<Slice>> read(String key, long after, int maxBytes) {
        return read(key, after, maxBytes, ATTEMPTS);
    }

    private CompletionStage<Outcome<Slice>> read(String key, long after, int maxBytes, int attempts) {
        return entry(key, after, maxBytes, false).thenCompose(reply -> {
            if (reply.kind == Reply.REFUSED) {
                return CompletableFuture.completedStage(reply.refusal());
            }
            return sealed(
                    key, reply, after, () -> attempts > 1 ? read(key, after, maxBytes, attempts - 1) : missing(key));
        });
    }

    /** The same of a record that does not change any more. */
    CompletionStage<Outcome<Slice>> read(String key, SessionRecord still, long after, int maxBytes) {
        Reply reply = new ReadProcessor(after, maxBytes, 0, false, false).seen(still, still.head());
        return sealed(key, reply, after, () -> missing(key));
    }

    /** @param otherwise when a chunk is not there */
    private CompletionStage<Outcome<Slice>> sealed(
            String key, Reply reply, long after, Supplier<CompletionStage<Outcome<Slice>>> otherwise) {
        List<CompletableFuture<byte[]>> sealed = reply.chunks.stream()
                .map(chunk -> chunks.getAsync(ChunkKey.of(key, chunk)).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(sealed.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> {
                    boolean missing = failure != null || sealed.stream().anyMatch(chunk -> chunk.join() == null);
                    return missing
                            ? otherwise.get()
                            : CompletableFuture.completedStage(Outcome.done(slice(reply, sealed, after)));
                })
                .thenCompose(next -> next);
    }

    private static CompletionStage<Outcome<Slice>> missing(String key) {
        About.named(key).error(LOG).log("a chunk is missing");
        return CompletableFuture.completedStage(Outcome.refused(ErrorCode.UNAVAILABLE, "a part of the log is away"));
    }

    private static Slice slice(Reply reply, List<CompletableFuture<byte[]>> sealed, long after) {
        List<EventBatch> batches = new ArrayList<>();
        sealed.forEach(chunk -> batches.addAll(ChunkCodec.decode(chunk.join())));
        reply.segments.forEach(segment -> batches.add(BatchCodec.decode(segment.bytes())));
        batches.removeIf(batch -> batch.to() <= after);
        if (!batches.isEmpty()) {
            batches.set(0, batches.getFirst().after(after));
        }
        return new Slice(batches, reply.head);
    }

    private CompletableFuture<Reply> entry(String key, long after, int maxBytes, boolean exact) {
        return retrying.submit(key, () -> new ReadProcessor(after, maxBytes, 0, exact, false))
                .thenCompose(reply -> {
                    if (reply.kind != Reply.NOT_YET_DURABLE) {
                        return CompletableFuture.completedFuture(reply);
                    }
                    return retrying.submit(key, tries -> {
                                ReadProcessor barrier = new ReadProcessor(after, maxBytes, 0, exact, true)
                                        .inPart(!quorum.getAsBoolean());
                                return tries > 1 ? barrier.repairing() : barrier;
                            })
                            .whenComplete((confirmed, failure) -> {
                                if (failure == null && confirmed.kind == Reply.OK) {
                                    raise(key, confirmed.head);
                                }
                            });
                });
    }

    /** The head that every copy has now; 0 when that could not be made sure. */
    CompletableFuture<Long> confirm(String key) {
        return exact(key).thenApply(reply -> reply.kind == Reply.OK ? reply.head : 0L);
    }

    /** Lets the primary know that every copy has this seq, so that the next reader need not ask them. */
    void raise(String key, long durable) {
        if (durable > 0) {
            var unused = retrying.submit(key, () -> new ReadProcessor(0, 0, durable, false, false));
            settle(key, durable);
        }
    }

    /**
     * Lets the primary and every copy know that every copy has this seq, so that it can be read without asking even by those who are left when
     * others are gone. In a while, as the next append may say the same at no cost.
     */
    void settle(String key, long durable) {
        if (durable > 0 && begins(key, durable)) {
            background.after(SETTLES_MILLIS, () -> {
                @Nullable Long latest = settling.remove(key);
                if (latest != null) {
                    var unused = retrying.submit(key, () -> new ReadProcessor(0, 0, latest, false, false).shared());
                }
            });
        }
    }

    /** Whether nobody waits to say it, or less, already. */
    private boolean begins(String key, long durable) {
        @Nullable Long before = settling.putIfAbsent(key, durable);
        if (before != null) {
            settling.computeIfPresent(key, (same, known) -> Math.max(known, durable));
        }
        return before == null;
    }

    void discard(String key, List<ChunkRef> gone) {
        gone.forEach(chunk -> chunks.deleteAsync(ChunkKey.of(key, chunk)));
    }
}
