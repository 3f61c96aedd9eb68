package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;

/**
 * Who appended last, and by what right.
 *
 * @param incarnation of the member; empty before the first append
 * @param term how often operators had forced the membership by then: who wrote under fewer of them had the majority of more nodes
 */
record Writer(String incarnation, long term) {
    static final Writer NOBODY = new Writer("", 0);

    boolean isNobody() {
        return incarnation.isEmpty();
    }

    void write(ObjectDataOutput out) throws IOException {
        out.writeString(incarnation);
        out.writeLong(term);
    }

    static Writer read(ObjectDataInput in) throws IOException {
        return new Writer(Forms.string(in), in.readLong());
    }
}
