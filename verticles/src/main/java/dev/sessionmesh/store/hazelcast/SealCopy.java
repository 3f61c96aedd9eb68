package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Lets a copy's tail begin behind a chunk, as the primary's did. */
final class SealCopy extends CopyProcessor {
    private long head;
    private long hash;
    private ChunkRef chunk;
    private long directory;

    SealCopy() {
        this(SessionRecord.created(Forms.Blank.STATE), new ChunkRef(0, 0, 0, 0));
    }

    /** @param before the primary's record before it was sealed */
    SealCopy(SessionRecord before, ChunkRef chunk) {
        this.head = before.head();
        this.hash = before.hash();
        this.directory = before.directory();
        this.chunk = chunk;
    }

    @Override
    void apply(String key, Map.Entry<String, Slot> entry, MemberServices services) {
        SessionRecord copy = matching(entry, head, hash);
        if (copy.directory() != directory || copy.tailFrom() != chunk.from()) {
            throw new StaleCopyException("copy of " + key + " was not sealed up to " + (chunk.from() - 1));
        }
        set(entry, copy.sealed(chunk), services);
    }

    @Override
    public int getClassId() {
        return Forms.SEAL_COPY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeLong(head);
        out.writeLong(hash);
        out.writeLong(directory);
        Forms.writeChunks(out, List.of(chunk));
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        head = in.readLong();
        hash = in.readLong();
        directory = in.readLong();
        chunk = Forms.readChunks(in).getFirst();
    }
}
