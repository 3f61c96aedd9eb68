package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.partition.PartitionAware;
import java.io.IOException;
import java.util.Objects;

/** Names what is kept beside a session, in its partition: a blob by its hash, the cursor of a webhook by the id of that. */
public final class NamedPart implements PartitionAware<String>, IdentifiedDataSerializable {
    private String session;
    private String name;

    NamedPart(String session, String name) {
        this.session = session;
        this.name = name;
    }

    String session() {
        return session;
    }

    String name() {
        return name;
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
        return Forms.NAMED_PART;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeString(session);
        out.writeString(name);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        session = Forms.string(in);
        name = Forms.string(in);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NamedPart key && session.equals(key.session) && name.equals(key.name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(session, name);
    }
}
