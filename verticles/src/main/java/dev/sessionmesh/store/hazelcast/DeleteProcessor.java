package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Optional;

/** Leaves a tombstone: nothing that comes late creates the session again. */
final class DeleteProcessor extends RecordProcessor {
    private long at;

    DeleteProcessor() {
        this(0);
    }

    DeleteProcessor(long at) {
        this.at = at;
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        Optional<Reply> barred = barred(key);
        if (barred.isPresent()) {
            return barred.get();
        }
        Slot.Deleted tombstone =
                new Slot.Deleted(at, session.head(), !services().sessions().isMourned(key));
        target.delete(tombstone, new ReplaceCopy(tombstone));
        Reply reply = Reply.of(Reply.OK);
        reply.head = session.head();
        reply.chunks = session.chunks();
        reply.subscribers = session.subscribers();
        return reply;
    }

    /** Our own first try, whose tombstone may not have reached every copy, or somebody else's. */
    @Override
    Reply deleted(Slot.Deleted tombstone, Target target) {
        target.confirm(new ReplaceCopy(tombstone));
        return tombstone.at() == at ? Reply.of(Reply.OK) : super.deleted(tombstone, target);
    }

    @Override
    public int getClassId() {
        return Forms.DELETE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLong(at);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        at = in.readLong();
    }
}
