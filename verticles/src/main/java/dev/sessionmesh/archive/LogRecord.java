package dev.sessionmesh.archive;

import dev.sessionmesh.core.log.RunningHash;
import java.util.List;

/**
 * A stretch of a log as the archive keeps it.
 *
 * @param from first seq in it
 * @param to last seq in it
 * @param history that the last event belongs to
 * @param chain hash over all records up to and with this one
 * @param bytes see {@code ArchiveCodec}
 */
public record LogRecord(long from, long to, long history, long chain, byte[] bytes) {
    /** The record that follows what has this chain. */
    public static LogRecord after(long chain, long from, long to, long history, byte[] bytes) {
        return new LogRecord(from, to, history, RunningHash.extend(chain, bytes), bytes);
    }

    /** Whether these come behind a log that ends with this seq and chain, one after the other and without a hole. */
    public static boolean follow(long seq, long chain, List<LogRecord> records) {
        long end = seq;
        long hash = chain;
        for (LogRecord record : records) {
            hash = RunningHash.extend(hash, record.bytes);
            if (record.from != end + 1 || record.to < record.from || record.chain != hash) {
                return false;
            }
            end = record.to;
        }
        return true;
    }
}
