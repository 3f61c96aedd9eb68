package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.partition.PartitionAware;
import java.io.IOException;
import java.util.Objects;

/**
 * Names a chunk by where it begins and what is in it, and by nothing that may change while it exists: the log's lineage, for one, forgets.
 * Two sides of a split that sealed differently have two chunks; what both sealed alike is one. Lives in the partition of its session.
 */
public final class ChunkKey implements PartitionAware<String>, IdentifiedDataSerializable {
    private String session;
    private long from;
    private long hash;

    ChunkKey(String session, long from, long hash) {
        this.session = session;
        this.from = from;
        this.hash = hash;
    }

    static ChunkKey of(String session, ChunkRef chunk) {
        return new ChunkKey(session, chunk.from(), chunk.hash());
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
        out.writeLong(from);
        out.writeLong(hash);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        session = Forms.string(in);
        from = in.readLong();
        hash = in.readLong();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkKey key && session.equals(key.session) && from == key.from && hash == key.hash;
    }

    @Override
    public int hashCode() {
        return Objects.hash(session, from, hash);
    }
}
