package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.LogRecord;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a session's log by pages and checks that it is whole. */
final class Logs {
    /** So that a long log does not hold up what others ask. */
    static final int PAGE = 256;

    private final Caller caller;
    private final Names names;

    Logs(Caller caller, Names names) {
        this.caller = caller;
        this.names = names;
    }

    /**
     * All records up to a mark; empty when they do not lead there, because somebody changed the log meanwhile or because it is damaged.
     *
     * @param page the first records
     */
    Future<Optional<List<LogRecord>>> upTo(SessionKey key, Mark mark, Reply page) {
        return more(key, mark, page, new ArrayList<>());
    }

    private Future<Optional<List<LogRecord>>> more(SessionKey key, Mark mark, Reply page, List<LogRecord> records) {
        try {
            records.addAll(Forms.records(page, names.log(key)));
        } catch (ArchiveException unreadable) {
            return Future.failedFuture(unreadable);
        }
        boolean all = page.size() < PAGE || records.getLast().to() >= mark.seq();
        if (all) {
            return Future.succeededFuture(whole(mark, records));
        }
        String last = page.get(page.size() - 1).get(0).text();
        return caller.command(Command.XRANGE, names.log(key), "(" + last, "+", "COUNT", PAGE)
                .compose(next -> more(key, mark, next, records));
    }

    private static Optional<List<LogRecord>> whole(Mark mark, List<LogRecord> records) {
        // What was written after the mark was read belongs to a later one.
        List<LogRecord> upTo =
                records.stream().filter(record -> record.to() <= mark.seq()).toList();
        if (upTo.isEmpty()) {
            return mark.seq() == 0 ? Optional.of(upTo) : Optional.empty();
        }
        LogRecord last = upTo.getLast();
        boolean leads = last.to() == mark.seq() && last.chain() == mark.chain() && last.history() == mark.history();
        return leads && LogRecord.follow(0, 0, upTo) ? Optional.of(upTo) : Optional.empty();
    }
}
