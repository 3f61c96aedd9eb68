package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.partition.PartitionAware;
import java.io.IOException;
import java.util.Objects;

/** Names a blob; lives in the partition of its session. */
public final class BlobKey implements PartitionAware<String>, IdentifiedDataSerializable {
    private String session;
    private String hash;

    BlobKey(String session, String hash) {
        this.session = session;
        this.hash = hash;
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
        return Forms.BLOB_KEY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeString(session);
        out.writeString(hash);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        session = Forms.string(in);
        hash = Forms.string(in);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlobKey key && session.equals(key.session) && hash.equals(key.hash);
    }

    @Override
    public int hashCode() {
        return Objects.hash(session, hash);
    }
}
