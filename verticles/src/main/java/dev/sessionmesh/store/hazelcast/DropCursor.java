package dev.sessionmesh.store.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a cursor away that still is where it was believed to be: the archive has it. */
final class DropCursor implements EntryProcessor<NamedPart, long[], Boolean>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1;
    private static final long[] NONE = {};

    private long[] expected;

    DropCursor() {
        this(NONE);
    }

    DropCursor(long[] expected) {
        this.expected = expected;
    }

    @Override
    public Boolean process(Map.Entry<NamedPart, long[]> entry) {
        long @Nullable [] now = entry.getValue();
        boolean same = now != null && Arrays.equals(now, expected);
        if (same) {
            entry.setValue(null);
        }
        return same;
    }

    @Override
    public int getFactoryId() {
        return Forms.FACTORY;
    }

    @Override
    public int getClassId() {
        return Forms.DROP_CURSOR;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLongArray(expected);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        long @Nullable [] read = in.readLongArray();
        expected = read == null ? NONE : read;
    }
}
