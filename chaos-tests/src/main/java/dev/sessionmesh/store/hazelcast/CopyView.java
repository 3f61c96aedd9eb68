package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.State;
import java.util.Arrays;
import java.util.Optional;

/** One copy of a session, opened for the simulator's referee. */
public final class CopyView {
    private final SessionRecord record;

    private CopyView(SessionRecord record) {
        this.record = record;
    }

    /** Empty for a deleted session. */
    public static Optional<CopyView> of(Slot slot) {
        return slot instanceof Slot.Live live ? Optional.of(new CopyView(live.session())) : Optional.empty();
    }

    public State state() {
        return record.state();
    }

    public long head() {
        return record.head();
    }

    public long hash() {
        return record.hash();
    }

    public int chunks() {
        return record.chunks().size();
    }

    public int tailBytes() {
        return record.tailBytes();
    }

    public int subscribers() {
        return record.subscribers().size();
    }

    /** Whether the copy has this batch, as far as it can tell: what is sealed is taken as it is. */
    public boolean holds(EventBatch batch) {
        if (record.head() < batch.to()) {
            return false;
        }
        if (batch.from() < record.tailFrom()) {
            return true;
        }
        byte[] bytes = BatchCodec.encode(batch);
        return record.tail().stream()
                .anyMatch(segment -> segment.from() == batch.from() && Arrays.equals(segment.bytes(), bytes));
    }
}
