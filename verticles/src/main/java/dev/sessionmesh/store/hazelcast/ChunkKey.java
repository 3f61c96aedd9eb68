package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.partition.PartitionAware;
import java.io.IOException;
import java.util.Objects;

/** Names a chunk; lives in the partition of its session. */
public final class ChunkKey implements PartitionAware<String>, IdentifiedDataSerializable {
    private String session;
    private long history;
    private long from;
    private long hash;

    ChunkKey(String session, long history, long from, long hash) {
        this.session = session;
        this.history = history;
        this.from = from;
        this.hash = hash;
    }

    static ChunkKey of(String session, SessionRecord record, ChunkRef chunk) {
        long history = record.state().lineage().branches().getFirst().history();
        return new ChunkKey(session, history, chunk.from(), chunk.hash());
    }

    String session() {
        return session;
    }

    @Override
    public String getPartitionKey() {
        return session;
    }

    @Override
    public int getFactoryId() {
        return Forms.FACTORY;
    }

    @Override
    public int getClassId() {
        return Forms.CHUNK_KEY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeString(session);
        out.writeLong(history);
        out.writeLong(from);
        out.writeLong(hash);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        session = Forms.string(in);
        history = in.readLong();
        from = in.readLong();
        hash = in.readLong();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkKey key
                && session.equals(key.session)
                && history == key.history
                && from == key.from
                && hash == key.hash;
    }

    @Override
    public int hashCode() {
        return Objects.hash(session, history, from, hash);
    }
}
