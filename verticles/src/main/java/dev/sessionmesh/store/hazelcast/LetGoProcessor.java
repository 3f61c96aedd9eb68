package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.StateCodec;
import dev.sessionmesh.core.log.RunningHash;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Has a session leave the memory once the archive has all of it: nobody follows it, no turn is active, and its state is to the byte the one that was
 * archived. Who follows it or not, it can also be held still, so that the archive gets all of it, and leave then; and by force it leaves as it is, for
 * those who know that it belongs to somebody else now.
 */
final class LetGoProcessor extends RecordProcessor {
    /** Why it leaves. */
    enum Why {
        IDLE,
        /** It is not served from now on, and waits until it is archived. */
        HELD_STILL,
        ABANDONED
    }

    private static final Why[] WHYS = Why.values();
    private long digest;
    private Why why;

    LetGoProcessor() {
        this(0, Why.IDLE);
    }

    /** @param digest of the archived state, see {@link #digest} */
    LetGoProcessor(long digest, Why why) {
        this.digest = digest;
        this.why = why;
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
        if (why == Why.HELD_STILL) {
            target.set(new Slot.Waking(Slot.Waking.HANDED_OVER, session.subscribed(List.of())));
            return Reply.of(Reply.OK);
        }
        if (!rests && why == Why.IDLE) {
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

    /** What was held still goes once it is archived. */
    @Override
    Reply waking(String key, Slot.Waking waking, Target target) {
        boolean handedOver = waking.hold() == Slot.Waking.HANDED_OVER;
        if (handedOver && why == Why.HELD_STILL) {
            target.set(waking);
            return Reply.of(Reply.OK);
        }
        boolean archived = digest(StateCodec.encode(waking.session().state())) == digest;
        if (handedOver && (archived || why == Why.ABANDONED)) {
            Reply reply = Reply.of(Reply.OK);
            reply.head = waking.session().head();
            reply.chunks = waking.session().chunks();
            target.drop();
            return reply;
        }
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
        out.writeByte(why.ordinal());
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        digest = in.readLong();
        why = WHYS[in.readByte()];
    }
}
