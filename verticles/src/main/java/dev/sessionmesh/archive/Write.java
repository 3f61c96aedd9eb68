package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import java.util.List;

/**
 * What is to be added to a session's archived log.
 *
 * @param behind the mark that it follows
 * @param records may be empty: then only the snapshot changes
 * @param snapshot the session's state as of the last record's end, see {@code ArchiveCodec}
 * @param replicated whether the answer waits for the archive's replicas, as many of them as are there, up to what is configured
 */
public record Write(
        SessionKey key, Holder holder, Mark behind, List<LogRecord> records, byte[] snapshot, boolean replicated) {
    public Write {
        records = List.copyOf(records);
        if (!LogRecord.follow(behind.seq(), behind.chain(), records)) {
            throw new IllegalArgumentException("the records of " + key + " do not follow seq " + behind.seq());
        }
    }
}
