package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;

/** Has a copy forget a session, as the primary did: the archive has it. */
final class DropCopy extends CopyProcessor {
    @Override
    void apply(String key, Map.Entry<String, Slot> entry, MemberServices services) {
        entry.setValue(null);
        services.sessions().remove(key);
    }

    @Override
    public int getClassId() {
        return Forms.DROP_COPY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
    }
}
