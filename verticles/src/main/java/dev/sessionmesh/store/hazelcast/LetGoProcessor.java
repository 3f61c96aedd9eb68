package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.StateCodec;
import dev.sessionmesh.core.log.RunningHash;
import java.io.IOException;
import java.util.Optional;

/**
 * Has a session leave the memory once the archive has all of it: nobody follows it, no turn is active, and its state is to the byte the one that was
 * archived. By force it leaves as it is, for those who know that it belongs to somebody else now.
 */
final class LetGoProcessor extends RecordProcessor {
    private long digest;
    private boolean force;

    LetGoProcessor() {
        this(0, false);
    }

    /** @param digest of the archived state, see {@link #digest} */
    LetGoProcessor(long digest, boolean force) {
        this.digest = digest;
        this.force = force;
    }

    /** What tells a state from another one of the same session. */
    static long digest(byte[] state) {
        return RunningHash.extend(0, state);
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        Optional<Reply> barred = barred(key);
        if (barred.isPresent()) {
            return barred.get();
        }
        boolean rests = session.subscribers().stream()
                        .allMatch(subscriber -> services().gone().test(subscriber.node()))
                && session.state().current().isEmpty()
                && session.durableSeq() == session.head()
                && digest(StateCodec.encode(session.state())) == digest;
        if (!rests && !force) {
            return Reply.of(Reply.REPEATED);
        }
        Reply reply = Reply.of(Reply.OK);
        reply.head = session.head();
        reply.chunks = session.chunks();
        reply.subscribers = session.subscribers();
        target.drop();
        return reply;
    }

    /** A try before may have reached the primary and not every copy. */
    @Override
    Reply absent(String key, Target target) {
        target.confirmAbsence();
        return Reply.of(Reply.OK);
    }

    @Override
    Reply waking(String key, Slot.Waking waking, Target target) {
        return Reply.of(Reply.REPEATED);
    }

    @Override
    public int getClassId() {
        return Forms.LET_GO;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLong(digest);
        out.writeBoolean(force);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        digest = in.readLong();
        force = in.readBoolean();
    }
}
