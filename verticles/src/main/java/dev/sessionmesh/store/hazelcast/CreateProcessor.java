package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.StateCodec;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.session.State;
import java.io.IOException;
import java.util.Optional;

/** Creates a session where there is none and never was one. */
final class CreateProcessor extends RecordProcessor {
    private State state;

    CreateProcessor() {
        this(Forms.Blank.STATE);
    }

    CreateProcessor(State state) {
        this.state = state;
    }

    @Override
    Reply absent(String key, Target target) {
        if (isLost(key)) {
            return Reply.refused(ErrorCode.UNAVAILABLE, "a session of this id may exist, its copies are away");
        }
        Optional<Reply> barred = barred(key);
        if (barred.isPresent()) {
            return barred.get();
        }
        SessionRecord created = SessionRecord.created(state);
        target.set(created, new ReplaceCopy(created));
        return view(Reply.OK, created);
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        boolean same = session.state().profile().equals(state.profile());
        if (!same) {
            return Reply.refused(ErrorCode.SESSION_CONFLICT, "a session of this id has another profile");
        }
        target.confirm(new ReplaceCopy(session));
        return view(Reply.REPEATED, session);
    }

    private static Reply view(int kind, SessionRecord session) {
        Reply reply = Reply.of(kind);
        reply.state = StateCodec.encode(session.state());
        reply.head = session.head();
        return reply;
    }

    @Override
    public int getClassId() {
        return Forms.CREATE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeByteArray(StateCodec.encode(state));
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        state = StateCodec.decode(Forms.bytes(in));
    }
}
