package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a processor answers its caller; each kind of processor fills the parts that it has. */
final class Reply implements IdentifiedDataSerializable {
    /** The session was changed, created or is as asked. */
    static final int OK = 0;
    /** It had been done before. */
    static final int REPEATED = 1;

    static final int REFUSED = 2;
    /** As {@link #OK}; the caller runs where the session lives and finds the rest in the processor that it sent. */
    static final int HERE = 4;
    /** A reader must make sure first that every copy has what it is about to see. */
    static final int NOT_YET_DURABLE = 3;

    /** As {@link #OK}, on a side without the majority: the state is further than what is known to be durable, which is the head. */
    static final int UNCERTAIN = 5;

    int kind;
    ErrorCode code = ErrorCode.INTERNAL;
    String message = "";
    Map<String, String> details = Map.of();
    long from;
    long to;
    long head;
    byte[] state = {};
    List<Segment> segments = List.of();
    List<ChunkRef> chunks = List.of();
    List<Subscriber> subscribers = List.of();
    /** The events of an answer that never left its member; empty when they have to be read from the segments. */
    transient Optional<EventBatch> batch = Optional.empty();

    static Reply of(int kind) {
        Reply reply = new Reply();
        reply.kind = kind;
        return reply;
    }

    static Reply refused(ErrorCode code, String message) {
        return refused(code, message, Map.of());
    }

    static Reply refused(ErrorCode code, String message, Map<String, String> details) {
        Reply reply = of(REFUSED);
        reply.code = code;
        reply.message = message;
        reply.details = details;
        return reply;
    }

    <T> Outcome<T> refusal() {
        return new Outcome.Refused<>(code, message, details);
    }

    @Override
    public int getFactoryId() {
        return Forms.FACTORY;
    }

    @Override
    public int getClassId() {
        return Forms.REPLY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeByte(kind);
        if (kind == HERE) {
            return;
        }
        if (kind == REFUSED) {
            writeRefusal(out);
            return;
        }
        out.writeLong(from);
        out.writeLong(to);
        out.writeLong(head);
        out.writeByteArray(state);
        Forms.writeSegments(out, segments);
        Forms.writeChunks(out, chunks);
        Forms.writeSubscribers(out, subscribers);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        kind = in.readByte();
        if (kind == HERE) {
            return;
        }
        if (kind == REFUSED) {
            readRefusal(in);
            return;
        }
        from = in.readLong();
        to = in.readLong();
        head = in.readLong();
        state = Forms.bytes(in);
        segments = Forms.readSegments(in);
        chunks = Forms.readChunks(in);
        subscribers = Forms.readSubscribers(in);
    }

    private void writeRefusal(ObjectDataOutput out) throws IOException {
        out.writeString(code.name());
        out.writeString(message);
        List<String> flat = new ArrayList<>();
        details.forEach((key, value) -> flat.addAll(List.of(key, value)));
        out.writeStringArray(flat.toArray(String[]::new));
    }

    private void readRefusal(ObjectDataInput in) throws IOException {
        code = ErrorCode.valueOf(Forms.string(in));
        message = Forms.string(in);
        String[] flat = in.readStringArray();
        details = new LinkedHashMap<>();
        for (int i = 0; flat != null && i + 1 < flat.length; i += 2) {
            details.put(flat[i], flat[i + 1]);
        }
    }
}
