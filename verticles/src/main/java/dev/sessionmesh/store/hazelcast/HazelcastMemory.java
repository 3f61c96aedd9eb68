package dev.sessionmesh.store.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import dev.sessionmesh.archive.Memory;
import dev.sessionmesh.codec.ArchiveCodec.Snapshot;
import dev.sessionmesh.codec.ChunkCodec;
import dev.sessionmesh.codec.StateCodec;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.custody.Arrival;
import dev.sessionmesh.store.hazelcast.LetGoProcessor.Why;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sessions of this member's partitions, for the archive. */
public final class HazelcastMemory implements Memory, Arrival {
    /** The number under which whoever makes a session holds it. */
    private static final long FIRST_HOLD = 1;

    private final HazelcastInstance hazelcast;
    private final PartitionService partitions;
    private final LocalSessions local;
    private final HazelcastSessionStore store;
    private final Retrying retrying;
    private final LogReader log;
    private final BlobShelf blobs;
    private final IMap<ChunkKey, byte[]> chunks;
    private final Limits limits;
    private final BooleanSupplier quorum;
    private final LongSupplier term;

    /**
     * @param quorum whether this node belongs to a majority
     * @param term how often operators have forced the membership
     * @param blocking where blocking reads run
     */
    public HazelcastMemory(
            HazelcastInstance hazelcast,
            HazelcastMaps maps,
            LocalSessions local,
            HazelcastSessionStore store,
            Limits limits,
            BooleanSupplier quorum,
            LongSupplier term,
            Executor blocking) {
        this.hazelcast = hazelcast;
        this.partitions = hazelcast.getPartitionService();
        this.local = local;
        this.store = store;
        this.retrying = new Retrying(maps);
        this.log = new LogReader(maps, retrying, quorum);
        this.blobs = new BlobShelf(maps, retrying, blocking);
        this.chunks = maps.chunks();
        this.limits = limits;
        this.quorum = quorum;
        this.term = term;
    }

    @Override
    public boolean owns(SessionKey key) {
        return quorum.getAsBoolean() && isMine(key.toString());
    }

    /** Whether the partition of a name is this member's. */
    public boolean isMine(String name) {
        return hazelcast
                .getCluster()
                .getLocalMember()
                .equals(partitions.getPartition(name).getOwner());
    }

    @Override
    public String ownerOf(SessionKey key) {
        @Nullable Member owner = partitions.getPartition(key.toString()).getOwner();
        return owner == null ? "" : owner.getUuid().toString();
    }

    @Override
    public Collection<SessionKey> owned() {
        return Stream.concat(local.keys().stream(), local.heldStill().stream())
                .map(HazelcastHeads::key)
                .filter(this::owns)
                .toList();
    }

    @Override
    public long term() {
        return term.getAsLong();
    }

    @Override
    public Optional<Held> held(SessionKey key) {
        return record(key).map(HazelcastMemory::held);
    }

    @Override
    public OptionalLong head(SessionKey key) {
        return record(key).map(SessionRecord::head).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    private Optional<SessionRecord> record(SessionKey key) {
        String name = key.toString();
        return local.durable(name).or(() -> local.heldStill(name));
    }

    @Override
    public Optional<Held> unclaimed(SessionKey key) {
        return local.unclaimed(key.toString()).map(HazelcastMemory::held);
    }

    private static Held held(SessionRecord record) {
        long sealed = record.chunks().stream().mapToLong(ChunkRef::bytes).sum();
        return new Held(
                new Snapshot(record.state(), record.hash(), record.blobs()),
                record.tail().stream()
                        .map(segment -> new Stretch(segment.from(), segment.to(), segment.bytes()))
                        .toList(),
                record.tailFrom(),
                !record.subscribers().isEmpty(),
                sealed + record.tailBytes() + record.blobBytes());
    }

    @Override
    public CompletionStage<Outcome<Long>> confirm(SessionKey key, long known) {
        String name = key.toString();
        // Often the last append is what is known, and then nobody need be asked.
        return retrying.submit(name, () -> new ReadProcessor(0, 0, known, false, false))
                .thenCompose(told -> log.exact(name))
                .thenApply(reply -> {
                    if (reply.kind == Reply.REFUSED) {
                        return reply.refusal();
                    }
                    return reply.kind == Reply.OK
                            ? Outcome.done(reply.head)
                            : Outcome.refused(ErrorCode.NO_QUORUM, ReadProcessor.UNCERTAIN);
                });
    }

    @Override
    public CompletionStage<Outcome<List<EventBatch>>> read(SessionKey key, long after, int maxBytes) {
        String name = key.toString();
        // What is held still is served to nobody else, and is still to be archived.
        CompletionStage<Outcome<SessionStore.Slice>> found = local.heldStill(name)
                .map(still -> log.read(name, still, after, maxBytes))
                .orElseGet(() -> log.read(name, after, maxBytes));
        return found.thenApply(outcome -> switch (outcome) {
            case Outcome.Refused<SessionStore.Slice> refused -> refused.as();
            case Outcome.Done<SessionStore.Slice>(SessionStore.Slice slice) -> Outcome.done(slice.batches());
        });
    }

    @Override
    public CompletionStage<Outcome<byte[]>> blob(SessionKey key, String hash) {
        String name = key.toString();
        return local.heldStill(name).isPresent() ? blobs.kept(name, hash) : store.blob(key, hash);
    }

    @Override
    public CompletionStage<Void> putBlob(SessionKey key, String hash, byte[] utf8) {
        return blobs.put(key.toString(), hash, utf8);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> put(
            SessionKey key, long hold, Snapshot snapshot, List<EventBatch> batches) {
        String name = key.toString();
        List<ChunkRef> refs = new ArrayList<>();
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        for (List<EventBatch> stretch : stretches(batches)) {
            byte[] bytes = ChunkCodec.encode(stretch);
            // Named after the claim too: what was deleted when the session left may still be on its way out.
            ChunkRef ref = new ChunkRef(
                    stretch.getFirst().from(), stretch.getLast().to(), RunningHash.extend(hold, bytes), bytes.length);
            refs.add(ref);
            stored.add(chunks.setAsync(ChunkKey.of(name, ref), bytes).toCompletableFuture());
        }
        SessionRecord record = new SessionRecord(
                snapshot.state(),
                snapshot.hash(),
                snapshot.state().head(),
                Writer.NOBODY,
                List.of(),
                0,
                refs,
                hold << Integer.SIZE,
                List.of(),
                snapshot.blobs());
        return CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> failure)
                .thenCompose(failure -> failure == null
                        ? retrying.submit(name, () -> WakeProcessor.put(hold, record))
                                .thenApply(HazelcastMemory::asked)
                        : CompletableFuture.completedFuture(
                                Outcome.refused(ErrorCode.UNAVAILABLE, "the session's log could not be put in place")));
    }

    @Override
    public CompletionStage<Outcome<Boolean>> arrive(
            SessionKey key, Snapshot snapshot, List<EventBatch> batches, Map<String, byte[]> payloads) {
        CompletableFuture<?>[] stored = payloads.entrySet().stream()
                .map(payload ->
                        putBlob(key, payload.getKey(), payload.getValue()).toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(stored)
                .thenCompose(done -> put(key, FIRST_HOLD, snapshot, batches))
                .thenCompose(put -> put instanceof Outcome.Done<Boolean>(Boolean waits) && waits
                        ? rise(key, FIRST_HOLD)
                        : CompletableFuture.completedStage(put));
    }

    /** As the sealer would have cut them. */
    private List<List<EventBatch>> stretches(List<EventBatch> batches) {
        List<List<EventBatch>> stretches = new ArrayList<>();
        List<EventBatch> open = new ArrayList<>();
        int bytes = 0;
        for (EventBatch batch : batches) {
            open.add(batch);
            bytes += ChunkCodec.encode(List.of(batch)).length;
            if (bytes > 2 * limits.tailSoftBytes()) {
                stretches.add(open);
                open = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!open.isEmpty()) {
            stretches.add(open);
        }
        return stretches;
    }

    @Override
    public CompletionStage<Outcome<Boolean>> rise(SessionKey key, long hold) {
        return retrying.submit(key.toString(), () -> WakeProcessor.rise(hold)).thenApply(HazelcastMemory::asked);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> letGo(SessionKey key, Held archived) {
        long digest =
                LetGoProcessor.digest(StateCodec.encode(archived.snapshot().state()));
        return drop(key, () -> new LetGoProcessor(digest, Why.IDLE));
    }

    @Override
    public CompletionStage<Outcome<Boolean>> holdStill(SessionKey key) {
        return retrying.submit(key.toString(), () -> new LetGoProcessor(0, Why.HELD_STILL))
                .thenApply(HazelcastMemory::asked);
    }

    @Override
    public Optional<Held> heldStill(SessionKey key) {
        return local.heldStill(key.toString()).map(HazelcastMemory::held);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> goOn(SessionKey key) {
        return rise(key, Slot.Waking.HANDED_OVER);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> abandon(SessionKey key) {
        return drop(key, () -> new LetGoProcessor(0, Why.ABANDONED));
    }

    private CompletionStage<Outcome<Boolean>> drop(SessionKey key, Supplier<RecordProcessor> letGo) {
        String name = key.toString();
        // A repetition of what had been done does not know them any more.
        List<ChunkRef> known = local.get(name)
                .or(() -> local.heldStill(name))
                .map(SessionRecord::chunks)
                .orElse(List.of());
        return retrying.submit(name, letGo).thenApply(reply -> {
            if (reply.kind == Reply.OK) {
                blobs.discard(name);
                log.discard(name, known);
                log.discard(name, reply.chunks);
            }
            return asked(reply);
        });
    }

    @Override
    public void watch(Consumer<String> changed, BooleanSupplier behind) {
        local.onArchive(changed, behind);
    }

    private static Outcome<Boolean> asked(Reply reply) {
        return reply.kind == Reply.REFUSED ? reply.refusal() : Outcome.done(reply.kind == Reply.OK);
    }
}
