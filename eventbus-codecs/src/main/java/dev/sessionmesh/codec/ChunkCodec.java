package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.EventBatch;
import java.util.List;

/** A sealed stretch of a log: its batches, each in the form of {@link BatchCodec} and with its own time. */
public final class ChunkCodec {
    public static final int VERSION = 1;

    private ChunkCodec() {}

    public static byte[] encode(List<EventBatch> batches) {
        List<byte[]> encoded = batches.stream().map(BatchCodec::encode).toList();
        int expected = encoded.stream().mapToInt(batch -> batch.length + 3).sum() + 8;
        return new ByteSink(expected).put(VERSION).list(encoded, ByteSink::blob).toBytes();
    }

    public static List<EventBatch> decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "a chunk");
            return in.list(batch -> BatchCodec.decode(batch.blob()));
        });
    }
}
