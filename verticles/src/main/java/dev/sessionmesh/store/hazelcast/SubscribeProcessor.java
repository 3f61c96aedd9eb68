package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.StateCodec;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds or withdraws a node's interest. Its answer holds the head at the very instant of the change, and counts only when every copy
 * confirmed that head: what came before the subscriber must read, what comes after it will be sent.
 */
final class SubscribeProcessor extends RecordProcessor {
    private Subscriber subscriber;
    private boolean wanted;
    private boolean repair;
    private boolean inPart;

    SubscribeProcessor() {
        this(new Subscriber("", 0), false, false);
    }

    /** @param repair whether the copies are made equal to the primary, rather than asked whether they are */
    SubscribeProcessor(Subscriber subscriber, boolean wanted, boolean repair) {
        this.subscriber = subscriber;
        this.wanted = wanted;
        this.repair = repair;
    }

    /** See {@link ReadProcessor#inPart}. */
    SubscribeProcessor inPart(boolean alone) {
        inPart = alone;
        return this;
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        Optional<Reply> alone =
                wanted && session.durableSeq() < session.head() ? alone(ReadProcessor.UNCERTAIN) : Optional.empty();
        if (alone.isPresent() && !(inPart && alone.get().code == ErrorCode.NO_QUORUM)) {
            return undecided();
        }
        List<Subscriber> now = new ArrayList<>();
        boolean newer = false;
        for (Subscriber known : session.subscribers()) {
            boolean same = known.node().equals(subscriber.node());
            newer |= same && known.generation() > subscriber.generation();
            if (!services().gone().test(known.node()) && (!same || known.generation() > subscriber.generation())) {
                now.add(known);
            }
        }
        if (wanted && !newer) {
            now.add(subscriber);
        }
        SessionRecord next = session.subscribed(List.copyOf(now));
        target.set(next, repair ? new ReplaceCopy(next) : new VerifyCopy(next));
        boolean changed = wanted || now.size() < session.subscribers().size();
        Reply reply = Reply.of(alone.isPresent() ? Reply.UNCERTAIN : changed ? Reply.OK : Reply.REPEATED);
        reply.head = alone.isPresent() ? session.durableSeq() : session.head();
        reply.state = StateCodec.encode(session.state());
        return reply;
    }

    @Override
    public int getClassId() {
        return Forms.SUBSCRIBE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        Forms.writeSubscribers(out, List.of(subscriber));
        out.writeBoolean(wanted);
        out.writeBoolean(repair);
        out.writeBoolean(inPart);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        subscriber = Forms.readSubscribers(in).getFirst();
        wanted = in.readBoolean();
        repair = in.readBoolean();
        inPart = in.readBoolean();
    }
}
