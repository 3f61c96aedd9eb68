package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;

/** Makes a copy equal to the primary, whatever it was: after a creation, a deletion, a seal, or to repair it. */
final class ReplaceCopy extends CopyProcessor {
    private Slot slot;

    ReplaceCopy() {
        this(new Slot.Deleted(0, 0, 0, true));
    }

    ReplaceCopy(SessionRecord session) {
        this(new Slot.Live(session));
    }

    ReplaceCopy(Slot slot) {
        this.slot = slot;
    }

    @Override
    void apply(String key, Map.Entry<String, Slot> entry, MemberServices services) {
        switch (slot) {
            case Slot.Live live -> set(entry, live.session(), services);
            case Slot.Deleted deleted -> {
                entry.setValue(deleted);
                services.sessions().bury(key, deleted);
            }
            case Slot.Waking waking -> {
                entry.setValue(waking);
                services.sessions().waking(key, waking);
            }
        }
    }

    @Override
    public int getClassId() {
        return Forms.REPLACE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeObject(slot);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        if (in.readObject() instanceof Slot read) {
            slot = read;
        }
    }
}
