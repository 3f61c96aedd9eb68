package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import dev.sessionmesh.webhook.Cursor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves a cursor that still is where it was believed to be, and tells where it is. Sent twice it moves once. A replay wakes whoever
 * delivers on the member where it runs, which is the one that owns the session.
 */
final class MoveCursor
        implements EntryProcessor<NamedPart, long[], long[]>, IdentifiedDataSerializable, HazelcastInstanceAware {
    /** In the instance's user context: a {@code Consumer<NamedPart>} that is told of replays on a partition thread. */
    static final String REPLAYED = "sessionmesh.webhooks";

    private static final long[] NONE = {};

    private long[] expected;
    private long[] next;
    private transient @Nullable HazelcastInstance hazelcast;

    MoveCursor() {
        this(NONE, NONE);
    }

    /** @param expected empty: there is none */
    MoveCursor(long[] expected, long[] next) {
        this.expected = expected;
        this.next = next;
    }

    @Override
    public long[] process(Map.Entry<NamedPart, long[]> entry) {
        long @Nullable [] now = entry.getValue();
        // One that is lost altogether is wherever its session's owner knows it to be.
        if (now != null && !Arrays.equals(now, expected)) {
            return now;
        }
        entry.setValue(next);
        if (Cursor.of(next).replay() > (now == null ? 0 : Cursor.of(now).replay())) {
            replayed(entry.getKey());
        }
        return next;
    }

    @SuppressWarnings("unchecked") // only HazelcastCursors puts something there
    private void replayed(NamedPart key) {
        if (hazelcast != null && hazelcast.getUserContext().get(REPLAYED) instanceof Consumer<?> listener) {
            ((Consumer<NamedPart>) listener).accept(key);
        }
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public int getFactoryId() {
        return Forms.FACTORY;
    }

    @Override
    public int getClassId() {
        return Forms.MOVE_CURSOR;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLongArray(expected);
        out.writeLongArray(next);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        expected = longs(in);
        next = longs(in);
    }

    private static long[] longs(ObjectDataInput in) throws IOException {
        long @Nullable [] read = in.readLongArray();
        return read == null ? NONE : read;
    }
}
