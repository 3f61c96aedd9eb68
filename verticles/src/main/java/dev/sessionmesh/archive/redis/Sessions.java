package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.Claim;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.LogRecord;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Stored;
import dev.sessionmesh.archive.Verdict;
import dev.sessionmesh.archive.Write;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is kept of each session: its mark, its log, its snapshot and its payloads. */
final class Sessions {
    private static final byte[] NOTHING = {};
    /** A log that changes each time that it is looked at. */
    private static final int TRIES = 4;

    private final Caller caller;
    private final Names names;
    private final Logs logs;

    Sessions(Caller caller, Names names) {
        this.caller = caller;
        this.names = names;
        this.logs = new Logs(caller, names);
    }

    private List<String> keys(SessionKey key) {
        return List.of(names.session(key), names.log(key), names.snapshot(key));
    }

    private List<String> keysToPack(SessionKey key) {
        return List.of(names.session(key), names.log(key), names.snapshot(key), names.copy(key));
    }

    private List<String> keysWith(SessionKey key, String... others) {
        return Stream.concat(keys(key).stream(), Stream.of(others)).toList();
    }

    Future<Verdict> write(Write write) {
        return caller.run(Script.WRITE, keys(write.key()), request -> arguments(write, request), write.replicated())
                .compose(said -> verdict(write.key(), said));
    }

    private static void arguments(Write write, Request request) {
        who(write.holder(), request);
        request.arg(write.behind().seq())
                .arg(write.behind().history())
                .arg(write.behind().chain());
        request.arg(write.snapshot());
        write.records().forEach(record -> put(record, request));
    }

    static void who(Holder holder, Request request) {
        request.arg(holder.cluster()).arg(holder.hold()).arg(holder.term());
    }

    private static void put(LogRecord record, Request request) {
        request.arg(record.from())
                .arg(record.to())
                .arg(record.history())
                .arg(record.chain())
                .arg(record.bytes());
    }

    /** Piece by piece, so that a long end does not hold up what others ask. */
    Future<Verdict> rewind(Holder holder, SessionKey key, long seq) {
        return caller.run(Script.REWIND, keys(key), request -> {
                    who(holder, request);
                    request.arg(seq);
                })
                .compose(said -> said.get(0).text().equals("more") ? rewind(holder, key, seq) : verdict(key, said));
    }

    private Future<Verdict> verdict(SessionKey key, Reply said) {
        return answer(key, said).compose(answer -> switch (answer.word()) {
            case "written" -> Future.succeededFuture(new Verdict.Written(answer.mark()));
            case "elsewhere" -> Future.succeededFuture(new Verdict.Elsewhere(answer.mark()));
            case "fenced" -> Future.succeededFuture(new Verdict.Fenced(answer.mark()));
            case "gone" -> Future.succeededFuture(new Verdict.Gone());
            default -> Future.failedFuture(Forms.unreadable(names.session(key)));
        });
    }

    private Future<Forms.Answer> answer(SessionKey key, Reply said) {
        try {
            return Future.succeededFuture(Forms.answer(said, names.session(key)));
        } catch (ArchiveException unreadable) {
            return Future.failedFuture(unreadable);
        }
    }

    Future<Optional<Mark>> mark(SessionKey key) {
        return caller.run(Script.MARK, keys(key), request -> {})
                .compose(said -> answer(key, said))
                .map(answer -> answer.word().equals("absent") ? Optional.empty() : Optional.of(answer.mark()));
    }

    Future<Claim> claim(SessionKey key, String cluster, boolean force) {
        return claim(key, cluster, force, TRIES);
    }

    private Future<Claim> claim(SessionKey key, String cluster, boolean force, int tries) {
        return caller.run(Script.CLAIM, keys(key), request -> request.arg(cluster)
                        .arg(force ? 1 : 0)
                        .arg(Logs.PAGE))
                .compose(said -> {
                    boolean taken = isWithLog(said);
                    return answer(key, taken ? said.get(0) : said).compose(answer -> switch (answer.word()) {
                        case "absent" -> Future.succeededFuture(new Claim.Absent());
                        case "gone" ->
                            Future.succeededFuture(new Claim.Gone(
                                    answer.deletedAt(), answer.mark().seq()));
                        case "held" ->
                            Future.succeededFuture(new Claim.Held(answer.mark().cluster()));
                        default -> taken(key, cluster, force, tries, answer.mark(), said);
                    });
                });
    }

    /** With a log that takes several pages it can be claimed by somebody else before all of it is here: then the question is asked again. */
    private Future<Claim> taken(SessionKey key, String cluster, boolean force, int tries, Mark mark, Reply said) {
        long hold = mark.hold() + 1;
        return logs.upTo(key, mark, said.get(2)).compose(records -> {
            if (records.isPresent()) {
                return Future.succeededFuture(
                        new Claim.Taken(new Stored(mark, said.get(1).bytes(), records.get()), hold, mark.asleep()));
            }
            return mark(key).compose(now -> {
                boolean still = now.isPresent() && now.get().hold() == hold;
                return still || tries <= 1 ? Future.failedFuture(damaged(key)) : claim(key, cluster, force, tries - 1);
            });
        });
    }

    Future<Optional<Stored>> read(SessionKey key) {
        return read(key, TRIES);
    }

    private Future<Optional<Stored>> read(SessionKey key, int tries) {
        return caller.run(Script.READ, keys(key), request -> request.arg(Logs.PAGE))
                .compose(said -> {
                    if (!isWithLog(said)) {
                        return answer(key, said).map(absent -> Optional.empty());
                    }
                    return answer(key, said.get(0)).compose(answer -> {
                        Mark mark = answer.mark();
                        if (mark.deleted()) {
                            return Future.succeededFuture(Optional.of(new Stored(mark, NOTHING, List.of())));
                        }
                        return logs.upTo(key, mark, said.get(2)).compose(records -> {
                            if (records.isPresent()) {
                                return Future.succeededFuture(
                                        Optional.of(new Stored(mark, said.get(1).bytes(), records.get())));
                            }
                            return mark(key)
                                    .compose(now -> tries <= 1 || now.equals(Optional.of(mark))
                                            ? Future.failedFuture(damaged(key))
                                            : read(key, tries - 1));
                        });
                    });
                });
    }

    /** Answers of three parts have a log with them; a refusal is a mark alone. */
    private static boolean isWithLog(Reply said) {
        return said.size() == 3;
    }

    private ArchiveException damaged(SessionKey key) {
        return Faults.foreign(names.log(key), "does not lead to its session's mark");
    }

    Future<Boolean> rest(Holder holder, SessionKey key, long seq) {
        return caller.run(Script.REST, keysToPack(key), request -> {
                    who(holder, request);
                    request.arg(seq);
                })
                .map(Reply::isOne);
    }

    Future<Boolean> pack(SessionKey key, Mark mark, List<LogRecord> records) {
        return caller.run(Script.PACK, keysToPack(key), request -> {
                    request.arg(mark.seq()).arg(mark.history()).arg(mark.chain());
                    request.arg(mark.hold()).arg(mark.term());
                    records.forEach(record -> put(record, request));
                })
                .map(Reply::isOne);
    }

    Future<Void> putBlob(SessionKey key, String hash, byte[] utf8) {
        return caller.run(Script.PAYLOAD, keysWith(key, names.blobs(key)), request -> request.arg(hash)
                        .arg(utf8))
                .mapEmpty();
    }

    Future<Optional<byte[]>> blob(SessionKey key, String hash) {
        return caller.command(Command.HGET, names.blobs(key), hash)
                .map(found -> found.isNothing() ? Optional.empty() : Optional.of(found.bytes()));
    }

    /** With the cluster that held it; empty when none did. */
    Future<String> delete(SessionKey key, long at, long head) {
        return caller.run(Script.DELETE, keysWith(key, names.blobs(key), names.cursors(key)), request -> request.arg(at)
                        .arg(head))
                .map(Reply::text);
    }
}
