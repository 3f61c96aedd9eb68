package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.ChunkCodec;
import dev.sessionmesh.codec.Packing;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.util.List;

/** Packs a stretch of the tail. */
final class ChunkForm {
    private ChunkForm() {}

    static byte[] pack(List<Segment> segments) {
        return ChunkCodec.encode(Packing.pack(segments.stream()
                .map(segment -> BatchCodec.decode(segment.bytes()))
                .toList()));
    }

    static ChunkRef ref(List<Segment> segments, byte[] packed) {
        return new ChunkRef(
                segments.getFirst().from(), segments.getLast().to(), RunningHash.extend(0, packed), packed.length);
    }
}
