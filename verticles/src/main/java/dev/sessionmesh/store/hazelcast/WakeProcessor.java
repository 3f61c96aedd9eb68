package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.core.ErrorCode;
import java.io.IOException;
import java.util.Optional;

/**
 * Brings a session from the archive, in two steps. The first puts it here, unserved; only when the archive has confirmed that the claim which brought it is
 * still the last one, the second has it served. So what a claim from before brings late is never taken for the session.
 */
final class WakeProcessor extends RecordProcessor {
    /** What was put here is served from now on. */
    private static final int RISE = 0;
    /** This is put here. */
    private static final int PUT = 1;

    private int step;
    private long hold;
    private SessionRecord session;

    WakeProcessor() {
        this(RISE, Slot.Waking.UNCLAIMED, SessionRecord.created(Forms.Blank.STATE));
    }

    private WakeProcessor(int step, long hold, SessionRecord session) {
        this.step = step;
        this.hold = hold;
        this.session = session;
    }

    static WakeProcessor put(long hold, SessionRecord session) {
        return new WakeProcessor(PUT, hold, session);
    }

    static WakeProcessor rise(long hold) {
        return new WakeProcessor(RISE, hold, SessionRecord.created(Forms.Blank.STATE));
    }

    /** Awake already. */
    @Override
    Reply process(String key, SessionRecord awake, Target target) {
        target.confirm(new ReplaceCopy(awake));
        return Reply.of(Reply.REPEATED);
    }

    @Override
    Reply absent(String key, Target target) {
        if (isLost(key)) {
            return Reply.refused(ErrorCode.UNAVAILABLE, "the session's copies are away");
        }
        Optional<Reply> barred = barred(key);
        if (barred.isPresent()) {
            return barred.get();
        }
        if (step == RISE) {
            return Reply.refused(ErrorCode.SESSION_NOT_FOUND, "somebody else wakes the session");
        }
        target.set(new Slot.Waking(hold, session));
        return Reply.of(Reply.OK);
    }

    @Override
    Reply waking(String key, Slot.Waking there, Target target) {
        Optional<Reply> barred = barred(key);
        if (barred.isPresent()) {
            return barred.get();
        }
        if (step == RISE && there.hold() == hold) {
            target.set(there.session(), new ReplaceCopy(there.session()));
            return Reply.of(Reply.OK);
        }
        if (step == PUT && there.hold() <= hold && there.hold() != Slot.Waking.HANDED_OVER) {
            target.set(new Slot.Waking(hold, session));
            return Reply.of(Reply.OK);
        }
        return Reply.refused(ErrorCode.SESSION_NOT_FOUND, "somebody else wakes the session");
    }

    @Override
    public int getClassId() {
        return Forms.WAKE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeByte(step);
        out.writeLong(hold);
        session.write(out);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        step = in.readByte();
        hold = in.readLong();
        session = SessionRecord.read(in);
    }
}
