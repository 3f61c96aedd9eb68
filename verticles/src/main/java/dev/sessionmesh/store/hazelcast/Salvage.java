package dev.sessionmesh.store.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this member wrote while it belonged to a side that is merged into another one. Hazelcast merges maps by itself, but gives all the rest up when the
 * copies of one part don't confirm it in time, as on a busy machine. So the sessions are collected before, and offered once more afterwards, each until it is taken.
 */
public final class Salvage {
    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);
    /** How much clocks may differ, and how long members may have lived apart before they noticed. */
    private static final Duration MARGIN = Duration.ofMinutes(10);
    /** Of one session's sealed parts; as much as the {@link LostAndFound} keeps. */
    private static final long SEALED_BYTES = 8L << 20;
    /** A part of the heap that sealed parts may take, all together; of what is beyond only Hazelcast's own merge is left. */
    private static final int HEAP_PART = 8;

    private static final int AT_ONCE = 64;

    private final HazelcastInstance hazelcast;
    private final LocalSessions local;
    private final AtomicLong apartSince = new AtomicLong();
    private volatile List<Piece> collected = List.of();

    /** @param parts the latest of its sealed parts */
    private record Piece(String key, SessionRecord session, Map<ChunkRef, byte[]> parts) {}

    public Salvage(HazelcastInstance hazelcast, LocalSessions local, InstantSource clock) {
        this.hazelcast = hazelcast;
        this.local = local;
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {}

            @Override
            public void memberRemoved(MembershipEvent event) {
                apartSince.compareAndSet(0, clock.millis());
            }
        });
    }

    /** Before the merge. Blocks for a moment. */
    public void collect() {
        long since = apartSince.get() - MARGIN.toMillis();
        String self = hazelcast.getCluster().getLocalMember().getUuid().toString();
        List<Piece> pieces = new ArrayList<>();
        long room = Runtime.getRuntime().maxMemory() / HEAP_PART;
        // Turns that still run may change a session meanwhile: each is taken once, as it is then.
        Map<String, SessionRecord> written = new HashMap<>();
        for (String key : local.keys()) {
            local.get(key)
                    .filter(session -> session.state().lastAt() >= since)
                    .filter(session -> owner(key).equals(self))
                    .ifPresent(session -> written.put(key, session));
        }
        List<Map.Entry<String, SessionRecord>> latestFirst = new ArrayList<>(written.entrySet());
        latestFirst.sort(
                Comparator.comparingLong(entry -> -entry.getValue().state().lastAt()));
        for (Map.Entry<String, SessionRecord> entry : latestFirst) {
            Map<ChunkRef, byte[]> parts = sealed(entry.getKey(), entry.getValue(), Math.min(room, SEALED_BYTES));
            room -= parts.keySet().stream().mapToLong(ChunkRef::bytes).sum();
            pieces.add(new Piece(entry.getKey(), entry.getValue(), parts));
        }
        collected = pieces;
    }

    private String owner(String key) {
        var owner = hazelcast.getPartitionService().getPartition(key).getOwner();
        return owner == null ? "" : owner.getUuid().toString();
    }

    private Map<ChunkRef, byte[]> sealed(String key, SessionRecord session, long most) {
        Set<ChunkKey> wanted = new HashSet<>();
        Map<ChunkKey, ChunkRef> refs = new HashMap<>();
        long bytes = 0;
        for (ChunkRef chunk : session.chunks().reversed()) {
            bytes += chunk.bytes();
            if (bytes > most) {
                break;
            }
            ChunkKey name = ChunkKey.of(key, chunk);
            wanted.add(name);
            refs.put(name, chunk);
        }
        Map<ChunkRef, byte[]> parts = new HashMap<>();
        try {
            HazelcastMaps.of(hazelcast).chunks().getAll(wanted).forEach((name, content) -> {
                ChunkRef chunk = refs.get(name);
                if (chunk != null) {
                    parts.put(chunk, content);
                }
            });
        } catch (RuntimeException away) {
            LOG.warn("sealed parts of {} could not be collected: {}", key, away.toString());
        }
        return parts;
    }

    /** After the merge: offers what was collected. Blocks, at most so long. */
    public void offer(Duration within) {
        offer(HazelcastMaps.of(hazelcast), within);
    }

    void offer(HazelcastMaps maps, Duration within) {
        List<Piece> pieces = collected;
        collected = List.of();
        Retrying retrying = new Retrying(maps);
        Semaphore room = new Semaphore(AT_ONCE);
        List<CompletableFuture<?>> offers = new ArrayList<>();
        long deadline = System.nanoTime() + within.toNanos();
        try {
            for (Piece piece : pieces) {
                if (!room.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    break;
                }
                offers.add(offer(piece, retrying, maps.chunks()).whenComplete((done, failure) -> room.release()));
            }
            CompletableFuture.allOf(offers.toArray(CompletableFuture[]::new))
                    .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException incomplete) {
            LOG.debug("not everything was offered", incomplete);
        }
        long done = offers.stream()
                .filter(offer -> offer.isDone() && !offer.isCompletedExceptionally())
                .count();
        if (done < pieces.size()) {
            LOG.error(
                    "{} sessions that were written to on this side of the split could not be offered to the other one",
                    pieces.size() - done);
        }
        LOG.info("{} sessions offered to the other side after the merge", pieces.size());
    }

    private static CompletableFuture<?> offer(Piece piece, Retrying retrying, IMap<ChunkKey, byte[]> chunks) {
        return retrying.submit(piece.key(), () -> new OfferProcessor(piece.session()))
                .thenCompose(reply -> {
                    if (reply.kind == Reply.REFUSED) {
                        return CompletableFuture.failedFuture(new IllegalStateException(reply.message));
                    }
                    if (reply.kind == Reply.REPEATED) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return CompletableFuture.allOf(piece.parts().entrySet().stream()
                            .filter(part -> part.getKey().to() > reply.head)
                            .map(part -> chunks.setAsync(ChunkKey.of(piece.key(), part.getKey()), part.getValue())
                                    .toCompletableFuture())
                            .toArray(CompletableFuture[]::new));
                });
    }
}
