package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;

/** Everybody who wanted to hear of a session's deletion has: nobody looks at its tombstone for that again. */
final class ToldProcessor extends RecordProcessor {
    @Override
    Reply process(String key, SessionRecord session, Target target) {
        return Reply.of(Reply.OK);
    }

    @Override
    Reply deleted(Slot.Deleted tombstone, Target target) {
        Slot.Deleted told = tombstone.toldOf();
        target.delete(told, new ReplaceCopy(told));
        return Reply.of(Reply.OK);
    }

    @Override
    public int getClassId() {
        return Forms.TOLD;
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
