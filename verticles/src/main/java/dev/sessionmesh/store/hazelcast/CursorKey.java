package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.partition.PartitionAware;
import java.io.IOException;
import java.util.Objects;

/** Names the cursor of a webhook in a session; lives in the partition of the session. */
public final class CursorKey implements PartitionAware<String>, IdentifiedDataSerializable {
    private String session;
    private String endpoint;

    CursorKey(String session, String endpoint) {
        this.session = session;
        this.endpoint = endpoint;
    }

    String session() {
        return session;
    }

    String endpoint() {
        return endpoint;
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
        return Forms.CURSOR_KEY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeString(session);
        out.writeString(endpoint);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        session = Forms.string(in);
        endpoint = Forms.string(in);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CursorKey key && session.equals(key.session) && endpoint.equals(key.endpoint);
    }

    @Override
    public int hashCode() {
        return Objects.hash(session, endpoint);
    }
}
