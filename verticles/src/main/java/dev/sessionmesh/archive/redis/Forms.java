package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.LogRecord;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what scripts and commands answer; what can't be ours is foreign. */
final class Forms {
    /** A word, and the mark. */
    private static final int FIELDS = 8;

    private Forms() {}

    /**
     * @param word what a script says of what became of it
     * @param deletedAt in epoch milliseconds; 0 while the session is not deleted
     */
    record Answer(String word, Mark mark, long deletedAt) {}

    static Answer answer(Reply said, String key) throws ArchiveException {
        if (said.size() != FIELDS) {
            throw unreadable(key);
        }
        try {
            String deleted = said.get(7).text();
            Mark mark = new Mark(
                    said.get(1).number(),
                    said.get(2).number(),
                    said.get(3).number(),
                    said.get(4).number(),
                    said.get(5).number(),
                    said.get(6).text(),
                    !deleted.isEmpty());
            return new Answer(said.get(0).text(), mark, deleted.isEmpty() ? 0 : Long.parseLong(deleted));
        } catch (NumberFormatException unreadable) {
            throw unreadable(key);
        }
    }

    /** Records as a stream has them, in its order. */
    static List<LogRecord> records(Reply entries, String key) throws ArchiveException {
        List<LogRecord> records = new ArrayList<>();
        for (Reply entry : entries.parts()) {
            records.add(record(entry, key));
        }
        return records;
    }

    private static LogRecord record(Reply entry, String key) throws ArchiveException {
        Map<String, Reply> fields = new HashMap<>();
        List<Reply> parts = entry.get(1).parts();
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            fields.put(parts.get(i).text(), parts.get(i + 1));
        }
        try {
            return new LogRecord(
                    field(fields, "from", key).number(),
                    end(entry.get(0).text()),
                    field(fields, "history", key).number(),
                    field(fields, "chain", key).number(),
                    field(fields, "bytes", key).bytes());
        } catch (NumberFormatException unreadable) {
            throw unreadable(key);
        }
    }

    private static Reply field(Map<String, Reply> fields, String name, String key) throws ArchiveException {
        Reply field = fields.get(name);
        if (field == null) {
            throw unreadable(key);
        }
        return field;
    }

    /** A record's id is the number under which it was written, and its last seq. */
    private static long end(String id) {
        return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }

    /** Sessions by their names. */
    static Future<List<SessionKey>> sessions(Reply found, String list) {
        List<SessionKey> keys = new ArrayList<>();
        for (Reply one : found.parts()) {
            String[] parts = one.text().split("/", 2);
            if (parts.length != 2 || !SessionKey.isValid(parts[0]) || !SessionKey.isValid(parts[1])) {
                return Future.failedFuture(unreadable(list));
            }
            keys.add(new SessionKey(parts[0], parts[1]));
        }
        return Future.succeededFuture(keys);
    }

    static ArchiveException unreadable(String key) {
        return Faults.foreign(key, "can't be read");
    }
}
