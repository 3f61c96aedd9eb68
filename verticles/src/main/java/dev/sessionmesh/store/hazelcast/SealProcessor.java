package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.List;

/**
 * Moves the start of the tail behind a chunk that is safely stored. Refuses, by doing nothing, when the directory is not the one the
 * sealer saw: somebody else sealed first, and the chunk written in vain is collected later.
 */
final class SealProcessor extends RecordProcessor {
    private ChunkRef chunk;
    private long directory;
    private boolean repair;

    SealProcessor() {
        this(new ChunkRef(0, 0, 0, 0), 0, false);
    }

    /** @param repair whether a first try may have reached the primary and not every copy */
    SealProcessor(ChunkRef chunk, long directory, boolean repair) {
        this.chunk = chunk;
        this.directory = directory;
        this.repair = repair;
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        if (session.directory() != directory || session.tailFrom() != chunk.from()) {
            if (repair) {
                target.confirm(new ReplaceCopy(session));
            }
            return Reply.of(Reply.REPEATED);
        }
        SessionRecord next = session.sealed(chunk);
        target.set(next, repair ? new ReplaceCopy(next) : new SealCopy(session, chunk));
        return Reply.of(Reply.OK);
    }

    @Override
    public int getClassId() {
        return Forms.SEAL;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        Forms.writeChunks(out, List.of(chunk));
        out.writeLong(directory);
        out.writeBoolean(repair);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        chunk = Forms.readChunks(in).getFirst();
        directory = in.readLong();
        repair = in.readBoolean();
    }
}
