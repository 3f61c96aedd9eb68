package dev.sessionmesh.store.hazelcast;

import com.hazelcast.map.IMap;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import dev.sessionmesh.trace.About;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps tails short: stores what is durable of a long tail as a chunk, waits until the chunk is on every copy, and only then has the
 * entry let go of it. Run by the partition's owner; doing it twice is harmless.
 */
public final class Sealer {
    private static final Reply NOTHING = Reply.of(Reply.REPEATED);
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);
    /** While a copy is silent, chunks must not pile up on the way to it. */
    private static final long PAUSE_MILLIS = 1_000;
    /** Chunks on their way to the copies at a time. */
    private static final int STORED_COUNT = 16;

    private static final long STORED_BYTES = 1 << 20;

    private final IMap<ChunkKey, byte[]> chunks;
    private final Retrying retrying;
    private final LogReader log;
    private final LocalSessions local;
    private final Limits limits;
    private final Background background;
    private final Bulkhead stored;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final StoreMeters meters;

    public Sealer(HazelcastMaps maps, LocalSessions local, Limits limits) {
        this(maps, local, limits, StoreMeters.unread());
    }

    public Sealer(HazelcastMaps maps, LocalSessions local, Limits limits, StoreMeters meters) {
        this.meters = meters;
        this.chunks = maps.chunks();
        this.background = maps.background();
        this.stored = new Bulkhead(STORED_COUNT, STORED_BYTES, background);
        this.retrying = new Retrying(maps);
        this.log = new LogReader(maps, retrying, () -> true);
        this.local = local;
        this.limits = limits;
    }

    /** Seals the session's tail if it is long enough. Cheap when it is not. */
    public void sealIfLong(String key) {
        Optional<SessionRecord> known = local.get(key).filter(this::isLong);
        if (known.isEmpty() || !underWay.add(key)) {
            return;
        }
        // Only what every copy has may leave the tail. A writer's next append says so; where none comes, the copies are
        // asked.
        SessionRecord session = known.get();
        boolean knownDurable = session.tail().getFirst().to() <= session.durableSeq();
        CompletionStage<Reply> sealed;
        if (knownDurable) {
            sealed = seal(key, session, session.durableSeq());
        } else if (isWritten(session)) {
            sealed = CompletableFuture.completedStage(NOTHING);
        } else {
            sealed = log.confirm(key).thenCompose(head -> local.get(key)
                    .map(confirmed -> seal(key, confirmed, head))
                    .orElseGet(() -> CompletableFuture.completedStage(NOTHING)));
        }
        var unused = sealed.whenComplete((reply, failure) -> {
            if (failure == null) {
                underWay.remove(key);
            } else {
                meters.sealsFailed.increment();
                About.named(key)
                        .warn(LOG)
                        .log("session could not be sealed, will be tried again: {}", failure.toString());
                background.after(PAUSE_MILLIS, () -> underWay.remove(key));
            }
        });
    }

    /** Whether the next append is on its way and has room. */
    private boolean isWritten(SessionRecord session) {
        return session.state().current().isPresent() && session.tailBytes() <= limits.tailHardBytes() / 2;
    }

    private boolean isLong(SessionRecord session) {
        return session.tailBytes() > limits.tailSoftBytes() || session.tail().size() >= limits.tailSegments();
    }

    private CompletionStage<Reply> seal(String key, SessionRecord session, long confirmed) {
        List<Segment> durable = session.tail().stream()
                .takeWhile(segment -> segment.to() <= confirmed)
                .toList();
        if (durable.isEmpty()) {
            return CompletableFuture.completedStage(NOTHING);
        }
        byte[] packed = ChunkForm.pack(durable);
        ChunkRef chunk = ChunkForm.ref(durable, packed);
        return stored.submit(packed.length, () -> chunks.setAsync(ChunkKey.of(key, chunk), packed))
                .thenComposeAsync(
                        done -> retrying.submit(key, tries -> new SealProcessor(chunk, session.directory(), tries > 0)),
                        background)
                .whenComplete((reply, failure) -> {
                    if (failure == null && reply.kind == Reply.OK) {
                        meters.sealed.increment();
                    }
                });
    }
}
