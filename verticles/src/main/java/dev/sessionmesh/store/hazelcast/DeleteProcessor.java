package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Optional;

/** Leaves a tombstone: nothing that comes late creates the session again. */
final class DeleteProcessor extends RecordProcessor {
    private long at;
    private long by;

    DeleteProcessor() {
        this(0, 0);
    }

    /** @param by see {@link Slot.Deleted}; the same at each try */
    DeleteProcessor(long at, long by) {
        this.at = at;
        this.by = by;
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        Optional<Reply> barred = barred(key);
        if (barred.isPresent()) {
            return barred.get();
        }
        Slot.Deleted tombstone =
                new Slot.Deleted(at, by, session.head(), !services().sessions().isMourned(key));
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
        return tombstone.by() == by ? Reply.of(Reply.OK) : super.deleted(tombstone, target);
    }

    @Override
    public int getClassId() {
        return Forms.DELETE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLong(at);
        out.writeLong(by);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        at = in.readLong();
        by = in.readLong();
    }
}
