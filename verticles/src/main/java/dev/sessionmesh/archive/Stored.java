package dev.sessionmesh.archive;

import java.util.List;

/**
 * All that the archive has of a session, but its blobs.
 *
 * @param mark as it was before whoever asked changed anything
 * @param snapshot as of the mark's seq
 * @param records the log, oldest first, without holes up to the mark
 */
public record Stored(Mark mark, byte[] snapshot, List<LogRecord> records) {
    public Stored {
        records = List.copyOf(records);
    }
}
