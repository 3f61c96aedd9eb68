package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.StateCodec;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads control state and log, all that was acknowledged and nothing that may not be on every copy yet: where the head is not known to
 * be durable, it first answers so, and when asked again as a barrier has every copy confirm it. Without a majority that proves nothing: then the
 * log is read as far as it is known to be durable, and a state that is further is said to be.
 */
final class ReadProcessor extends RecordProcessor {
    static final String UNCERTAIN = "without a majority it is not certain that the copies stay as they are";

    private long after;
    private int maxBytes;
    private long knownDurable;
    private boolean exact;
    private boolean barrier;
    private boolean repair;
    private boolean shared;
    private boolean inPart;

    ReadProcessor() {
        this(0, 0, 0, false, false);
    }

    /**
     * @param after the last seq the reader has
     * @param maxBytes where to stop, roughly; 0: no events are wanted
     * @param knownDurable a seq that the reader knows to be on every copy
     * @param exact whether the control state is wanted too
     * @param barrier whether the copies confirm the head
     */
    ReadProcessor(long after, int maxBytes, long knownDurable, boolean exact, boolean barrier) {
        this.after = after;
        this.maxBytes = maxBytes;
        this.knownDurable = knownDurable;
        this.exact = exact;
        this.barrier = barrier;
    }

    /** The barrier, asked again: a copy that could not confirm what the primary has is made equal to it. */
    ReadProcessor repairing() {
        repair = true;
        return this;
    }

    /** Who asks belongs to no majority either, so what is certain is all that he can have; others wait until this side knows better. */
    ReadProcessor inPart(boolean alone) {
        inPart = alone;
        return this;
    }

    /** What is known to be durable is told to the copies too. */
    ReadProcessor shared() {
        shared = true;
        return this;
    }

    @Override
    Reply process(String key, SessionRecord read, Target target) {
        SessionRecord session = read.durable(knownDurable);
        if (shared) {
            target.set(session, new VerifyCopy(session));
            return seen(session, session.durableSeq());
        }
        if (session.durableSeq() != read.durableSeq()) {
            target.setHereOnly(session);
        }
        if (barrier) {
            Optional<Reply> alone = alone(UNCERTAIN);
            if (alone.isEmpty()) {
                target.confirm(repair ? new ReplaceCopy(session) : new VerifyCopy(session));
                return seen(session, session.head());
            }
            if (!exact && maxBytes == 0) {
                return alone.get(); // that copies are equal can't be said
            }
            if (session.durableSeq() < session.head() && !(inPart && alone.get().code == ErrorCode.NO_QUORUM)) {
                return undecided();
            }
            Reply part = seen(session, session.durableSeq());
            part.kind = session.durableSeq() < session.head() ? Reply.UNCERTAIN : Reply.OK;
            return part;
        } else if (session.durableSeq() < session.head()) {
            return Reply.of(Reply.NOT_YET_DURABLE);
        }
        return seen(session, session.durableSeq());
    }

    /** What is said of a session that can be seen up to this seq. */
    Reply seen(SessionRecord session, long visible) {
        Reply reply = Reply.of(Reply.OK);
        reply.head = visible;
        reply.state = exact ? StateCodec.encode(session.state()) : reply.state;
        if (maxBytes > 0) {
            fill(reply, session, visible);
        }
        return reply;
    }

    private void fill(Reply reply, SessionRecord session, long visible) {
        int bytes = 0;
        List<ChunkRef> chunks = new ArrayList<>();
        for (ChunkRef chunk : session.chunks()) {
            if (chunk.to() > after && bytes < maxBytes) {
                chunks.add(chunk);
                bytes += chunk.bytes();
            }
        }
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : session.tail()) {
            if (segment.to() > after && segment.to() <= visible && bytes < maxBytes) {
                segments.add(segment);
                bytes += segment.bytes().length;
            }
        }
        reply.chunks = chunks;
        reply.segments = segments;
    }

    @Override
    public int getClassId() {
        return Forms.READ;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLong(after);
        out.writeInt(maxBytes);
        out.writeLong(knownDurable);
        out.writeBoolean(exact);
        out.writeBoolean(barrier);
        out.writeBoolean(repair);
        out.writeBoolean(shared);
        out.writeBoolean(inPart);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        after = in.readLong();
        maxBytes = in.readInt();
        knownDurable = in.readLong();
        exact = in.readBoolean();
        barrier = in.readBoolean();
        repair = in.readBoolean();
        shared = in.readBoolean();
        inPart = in.readBoolean();
    }
}
