package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.EnvelopeCodec;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Event;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Applies on a copy the change that the primary decided. */
final class ApplyCopy extends CopyProcessor {
    private long head;
    private long hash;
    private long durableSeq;
    private long at;
    private byte[] events;
    private Change.Mark mark;
    /** Nobody: the same as before. */
    private Writer writer;

    ApplyCopy() {
        this(
                SessionRecord.created(Forms.Blank.STATE),
                new Change(0, List.of(), new Change.Mark.Nothing()),
                new byte[0],
                Writer.NOBODY);
    }

    ApplyCopy(SessionRecord before, Change change, byte[] events, Writer writer) {
        this.head = before.head();
        this.hash = before.hash();
        this.durableSeq = before.durableSeq();
        this.at = change.at();
        this.events = events;
        this.mark = change.mark();
        this.writer = before.writer().equals(writer) ? Writer.NOBODY : writer;
    }

    @Override
    void apply(String key, Map.Entry<String, Slot> entry, MemberServices services) {
        SessionRecord copy = matching(entry, head, hash).durable(durableSeq);
        List<Event> decoded =
                events.length == 0 ? List.of() : BatchCodec.decode(events).events();
        Change change = new Change(at, decoded, mark);
        Writer by = writer.isNobody() ? copy.writer() : writer;
        set(entry, copy.appended(services.machine().apply(copy.state(), change), events, by), services);
    }

    @Override
    public int getClassId() {
        return Forms.APPLY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLong(head);
        out.writeLong(hash);
        out.writeLong(durableSeq);
        out.writeLong(at);
        out.writeByteArray(events);
        out.writeByteArray(EnvelopeCodec.encodeMark(mark));
        writer.write(out);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        head = in.readLong();
        hash = in.readLong();
        durableSeq = in.readLong();
        at = in.readLong();
        events = Forms.bytes(in);
        mark = EnvelopeCodec.decodeMark(Forms.bytes(in));
        writer = Writer.read(in);
    }
}
