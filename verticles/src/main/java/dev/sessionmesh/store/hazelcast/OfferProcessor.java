package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Offers what a side that lost a split had of a session to the side that took it in, by the rule of {@link SessionMerge}. Whatever was merged already is
 * not merged again. Answers {@link Reply#REPEATED} when nothing more of it is of use, and the last seq that both have in common otherwise.
 *
 * <p>As by Hazelcast's own merge, it is taken by a side without the majority too, and with fewer copies than configured: nobody is told more by it than he
 * was told already. There may be no majority before the very node that offers has come back.
 */
final class OfferProcessor extends RecordProcessor {
    private SessionRecord theirs;

    OfferProcessor() {
        this(SessionRecord.created(Forms.Blank.STATE));
    }

    OfferProcessor(SessionRecord theirs) {
        this.theirs = theirs;
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        Kinship kin = Kinship.of(session, theirs);
        if (kin.isHereEnough()) {
            return Reply.of(Reply.REPEATED);
        }
        Optional<Reply> barred = leaving();
        if (barred.isPresent()) {
            return barred.get();
        }
        Slot here = new Slot.Live(session);
        take(SessionMerge.merge(key, here, new Slot.Live(theirs), services().lostAndFound()), here, target);
        return common(kin.common());
    }

    @Override
    Reply absent(String key, Target target) {
        Optional<Reply> barred = leaving();
        if (barred.isPresent()) {
            return barred.get();
        }
        take(SessionMerge.alone(new Slot.Live(theirs), services().sessions().isArchived()), null, target);
        return common(0);
    }

    @Override
    Reply deleted(Slot.Deleted tombstone, Target target) {
        return Reply.of(Reply.REPEATED);
    }

    @Override
    Reply waking(String key, Slot.Waking waking, Target target) {
        if (waking.session().head() == theirs.head() && waking.session().hash() == theirs.hash()) {
            return Reply.of(Reply.REPEATED);
        }
        Optional<Reply> barred = leaving();
        if (barred.isPresent()) {
            return barred.get();
        }
        take(SessionMerge.merge(key, waking, new Slot.Live(theirs), services().lostAndFound()), waking, target);
        return common(0);
    }

    @SuppressWarnings("ReferenceEquality") // what stays is the very object
    private static void take(Slot merged, @Nullable Slot here, Target target) {
        if (merged == here) {
            return;
        }
        if (merged instanceof Slot.Live live) {
            target.set(live.session(), new ReplaceCopy(live.session()));
        } else if (merged instanceof Slot.Waking waking) {
            target.set(waking);
        }
    }

    private static Reply common(long seq) {
        Reply reply = Reply.of(Reply.OK);
        reply.head = seq;
        return reply;
    }

    @Override
    public int getClassId() {
        return Forms.OFFER;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        theirs.write(out);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        theirs = SessionRecord.read(in);
    }
}
