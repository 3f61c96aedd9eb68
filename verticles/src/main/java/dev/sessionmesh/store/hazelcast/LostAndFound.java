package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.ChunkCodec;
import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.trace.About;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the losing side of a split had accepted and the merged log does not have, for an operator to list, export and throw away,
 * and says which tool calls are in doubt by it. Merges hand over on partition threads; an own thread does the rest. What a member has
 * not yet put away when it dies is counted nowhere.
 */
public final class LostAndFound implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LostAndFound.class);
    /** Sessions whose suffixes wait to be put away; more are only counted. */
    private static final int WAITING = 10_000;
    /** Bytes of a suffix that are kept; behind them it is only counted. */
    private static final long KEPT_BYTES = 8L << 20;
    /**
     * How long a sealed part may arrive after the session that refers to it: maps are merged one after the other. Counted from the merge, so that
     * sessions whose parts never come don't add up to a wait for those behind them.
     */
    private static final Duration ARRIVES_WITHIN = Duration.ofSeconds(20);

    private static final long LOOK_MILLIS = 100;
    /** Suffixes kept; more are only counted. */
    private static final int KEPT = 10_000;

    private final LongAdder sessions = new LongAdder();
    private final LongAdder events = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final ExecutorService thread;
    private volatile @Nullable Shelf shelf;

    private record Shelf(
            IMap<String, byte[]> map, IMap<ChunkKey, byte[]> chunks, BiConsumer<SessionKey, List<String>> doubt) {}

    /**
     * An entry without its events.
     *
     * @param id names it to {@link #get} and {@link #discard}
     * @param summary what is kept with it, the events aside
     */
    public record Entry(String id, JsonObject summary) {}

    public LostAndFound() {
        thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().name("lost-and-found").daemon().factory(),
                (work, full) -> dropped.increment());
    }

    /** @param thread does what merges hand over */
    public LostAndFound(ExecutorService thread) {
        this.thread = thread;
    }

    /**
     * Blocks for a moment: call it off the event loops. What merged before waits for it.
     *
     * @param doubt told which calls of a session another side decided, started or ended
     */
    public void open(HazelcastInstance hazelcast, BiConsumer<SessionKey, List<String>> doubt) {
        shelf = new Shelf(
                hazelcast.getMap(MeshNames.LOST_AND_FOUND),
                HazelcastMaps.of(hazelcast).chunks(),
                doubt);
    }

    /** Sessions that lost a suffix to a merge on this node. */
    public long sessions() {
        return sessions.sum();
    }

    /** Events in those suffixes. */
    public long events() {
        return events.sum();
    }

    /** Suffixes that were not kept for want of room. */
    public long dropped() {
        return dropped.sum();
    }

    /** Blocks until what came so far is put away, at most so long. */
    public void settle(Duration within) {
        CompletableFuture<?> settled = new CompletableFuture<>();
        thread.execute(() -> settled.complete(null));
        try {
            settled.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            LOG.error("what sessions lost by a split is not put away yet");
        }
    }

    /** From a partition thread; what is kept already is not kept twice. */
    void add(String key, Kinship kin, SessionRecord loser) {
        long until = System.nanoTime() + ARRIVES_WITHIN.toNanos();
        thread.execute(() -> keep(key, kin, loser, until));
    }

    /** Blocks. Without their events, by session. */
    public List<Entry> list() {
        @Nullable Shelf open = shelf;
        return open == null
                ? List.of()
                : open.map().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> new Entry(entry.getKey(), summary(entry.getValue())))
                        .toList();
    }

    /** Blocks. The whole entry, as JSON. */
    public Optional<JsonObject> get(String id) {
        @Nullable Shelf open = shelf;
        return open == null
                ? Optional.empty()
                : Optional.ofNullable(open.map().get(id)).map(LostAndFound::json);
    }

    /** Blocks. Whether there was such an entry. */
    public boolean discard(String id) {
        @Nullable Shelf open = shelf;
        return open != null && open.map().remove(id) != null;
    }

    private void keep(String key, Kinship kin, SessionRecord loser, long until) {
        try {
            SessionKey session = loser.state().key();
            long history = loser.state().lineage().at(loser.head());
            String id = key.replace('/', '.') + "-" + (kin.common() + 1) + "-" + Long.toHexString(history);
            @Nullable Shelf open = shelf;
            if (open != null && open.map().containsKey(id)) {
                return;
            }
            sessions.increment();
            events.add(loser.head() - kin.common());
            About.of(session)
                    .error(LOG)
                    .log(
                            "split: session lost seq {} to {} of history {}, up to {} acknowledged",
                            kin.common() + 1,
                            loser.head(),
                            Long.toHexString(history),
                            loser.durableSeq());
            List<EventBatch> batches = suffix(key, kin, loser, open, until);
            if (open == null || open.map().size() >= KEPT) {
                dropped.increment();
            } else {
                open.map()
                        .set(
                                id,
                                entry(session, kin, loser, history, batches)
                                        .toBuffer()
                                        .getBytes());
            }
            List<String> touched = touched(batches);
            if (open != null && !touched.isEmpty()) {
                open.doubt().accept(session, touched);
            }
        } catch (RuntimeException unreadable) {
            dropped.increment();
            About.named(key).error(LOG).setCause(unreadable).log("what a session lost by a split can't be kept");
        }
    }

    private List<EventBatch> suffix(String key, Kinship kin, SessionRecord loser, @Nullable Shelf open, long until) {
        List<EventBatch> batches = new ArrayList<>();
        long room = KEPT_BYTES;
        for (ChunkRef chunk : kin.sealedSuffix(loser)) {
            room -= chunk.bytes();
            byte[] sealed = open == null || room < 0 ? null : await(open.chunks(), ChunkKey.of(key, chunk), until);
            if (sealed == null) {
                dropped.increment();
                About.named(key)
                        .error(LOG)
                        .log("what a session lost by a split can't be kept from seq {} on", chunk.from());
                return batches;
            }
            ChunkCodec.decode(sealed).stream()
                    .filter(batch -> batch.to() > kin.common())
                    .map(batch -> batch.after(kin.common()))
                    .forEach(batches::add);
        }
        kin.suffix(loser)
                .forEach(segment ->
                        batches.add(BatchCodec.decode(segment.bytes()).after(kin.common())));
        return batches;
    }

    private static byte @Nullable [] await(IMap<ChunkKey, byte[]> chunks, ChunkKey key, long until) {
        byte @Nullable [] sealed = chunks.get(key);
        try {
            while (sealed == null && System.nanoTime() - until < 0) {
                Thread.sleep(LOOK_MILLIS);
                sealed = chunks.get(key);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        return sealed;
    }

    private static JsonObject entry(
            SessionKey session, Kinship kin, SessionRecord loser, long history, List<EventBatch> batches) {
        JsonArray frames = new JsonArray();
        for (EventBatch batch : batches) {
            long seq = batch.from();
            for (Event event : batch.events()) {
                byte[] frame = EventJson.frame(session, seq, batch.at(), event);
                frames.add(new JsonObject(new String(frame, StandardCharsets.UTF_8)));
                seq += event.span();
            }
        }
        long kept = batches.isEmpty()
                ? 0
                : batches.getLast().to() - batches.getFirst().from() + 1;
        return new JsonObject()
                .put("session", session.id())
                .put("tenant", session.tenant())
                .put("history", Long.toHexString(history))
                .put("from", kin.common() + 1)
                .put("to", loser.head())
                .put("acknowledgedTo", loser.durableSeq())
                .put("kept", kept)
                .put("mergedAt", Instant.now().toString())
                .put("events", frames);
    }

    /** Calls that the lost events decided, started or ended: their effect may have happened. */
    private static List<String> touched(List<EventBatch> batches) {
        Set<String> calls = new LinkedHashSet<>();
        batches.stream().flatMap(batch -> batch.events().stream()).forEach(event -> {
            if (event instanceof Event.ApprovalResolved resolved) {
                calls.add(resolved.callId());
            } else if (event instanceof Event.ToolStarted started) {
                calls.add(started.callId());
            } else if (event instanceof Event.ToolResulted resulted) {
                calls.add(resulted.callId());
            }
        });
        return List.copyOf(calls);
    }

    private static JsonObject summary(byte[] entry) {
        JsonObject summary = json(entry);
        summary.remove("events");
        return summary;
    }

    private static JsonObject json(byte[] entry) {
        return new JsonObject(new String(entry, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
