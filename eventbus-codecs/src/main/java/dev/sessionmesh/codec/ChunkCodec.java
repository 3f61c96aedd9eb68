package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.EventBatch;
import java.util.List;

/** A sealed stretch of a log: its batches, each in the form of {@link BatchCodec} and with its own time. */
public final class ChunkCodec {
    public static final int VERSION = 1;

    private ChunkCodec() {}

    public static byte[] encode(List<EventBatch> batches) {
        return new ByteSink()
                .put(VERSION)
                .list(batches, (sink, batch) -> sink.blob(BatchCodec.encode(batch)))
                .toBytes();
    }

    public static List<EventBatch> decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "a chunk");
            return in.list(batch -> BatchCodec.decode(batch.blob()));
        });
    }
}
