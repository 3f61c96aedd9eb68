package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Acknowledges only when the copy holds the same log as the primary, and takes over who subscribes: the barrier behind which a head
 * is known to be durable.
 */
final class VerifyCopy extends CopyProcessor {
    private long head;
    private long hash;
    private long durableSeq;
    private List<Subscriber> subscribers;

    VerifyCopy() {
        this(SessionRecord.created(Forms.Blank.STATE));
    }

    VerifyCopy(SessionRecord session) {
        this.head = session.head();
        this.hash = session.hash();
        this.durableSeq = session.durableSeq();
        this.subscribers = session.subscribers();
    }

    @Override
    void apply(String key, Map.Entry<String, Slot> entry, MemberServices services) {
        set(entry, matching(entry, head, hash).durable(durableSeq).subscribed(subscribers), services);
    }

    @Override
    public int getClassId() {
        return Forms.VERIFY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLong(head);
        out.writeLong(hash);
        out.writeLong(durableSeq);
        Forms.writeSubscribers(out, subscribers);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        head = in.readLong();
        hash = in.readLong();
        durableSeq = in.readLong();
        subscribers = Forms.readSubscribers(in);
    }
}
