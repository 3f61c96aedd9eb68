package dev.sessionmesh.store.hazelcast;

import com.hazelcast.map.IMap;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps tails short: stores what is durable of a long tail as a chunk, waits until the chunk is on every copy, and only then has the
 * entry let go of it. Run by the partition's owner; doing it twice is harmless.
 */
public final class Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);
    private final IMap<ChunkKey, byte[]> chunks;
    private final Retrying retrying;
    private final LocalSessions local;
    private final Limits limits;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    public Sealer(HazelcastMaps maps, LocalSessions local, Limits limits) {
        this.chunks = maps.chunks();
        this.retrying = new Retrying(maps.sessions());
        this.local = local;
        this.limits = limits;
    }

    /** Seals the session's tail if it is long enough. Cheap when it is not. */
    public void sealIfLong(String key) {
        Optional<SessionRecord> session = local.get(key).filter(this::isLong);
        if (session.isPresent() && underWay.add(key)) {
            seal(key, session.get());
        }
    }

    private boolean isLong(SessionRecord session) {
        return session.tailBytes() > limits.tailSoftBytes() || session.tail().size() >= limits.tailSegments();
    }

    private void seal(String key, SessionRecord session) {
        List<Segment> durable = session.tail().stream()
                .takeWhile(segment -> segment.to() <= session.durableSeq())
                .toList();
        if (durable.isEmpty()) {
            underWay.remove(key);
            return;
        }
        byte[] packed = ChunkForm.pack(durable);
        ChunkRef chunk = ChunkForm.ref(durable, packed);
        chunks.setAsync(ChunkKey.of(key, session, chunk), packed)
                .thenCompose(stored -> retrying.submit(key, () -> new SealProcessor(chunk, session.directory())))
                .whenComplete((reply, failure) -> {
                    underWay.remove(key);
                    if (failure != null) {
                        LOG.warn("session {} could not be sealed, will be tried again: {}", key, failure.toString());
                    }
                });
    }
}
