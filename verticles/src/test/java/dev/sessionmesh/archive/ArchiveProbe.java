package dev.sessionmesh.archive;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sessionmesh.core.SessionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Speaks to an archive as a test wants to: waits for answers, and writes logs of which each event is one letter. */
public final class ArchiveProbe {
    static final String MESH = "mesh";
    static final long HISTORY = Long.MIN_VALUE + 11;

    private final Supplier<Archive> archive;
    final String tenant = "t" + UUID.randomUUID().toString().substring(0, 8);

    public ArchiveProbe(Supplier<Archive> archive) {
        this.archive = archive;
    }

    Archive archive() {
        return archive.get();
    }

    public SessionKey session(String id) {
        return new SessionKey(tenant, id);
    }

    public static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            return fail("it failed: " + failed.getCause(), failed.getCause());
        }
    }

    public static ArchiveException failed(CompletionStage<?> stage) {
        try {
            return fail("it did not fail but answered "
                    + stage.toCompletableFuture()
                            .orTimeout(10, TimeUnit.SECONDS)
                            .join());
        } catch (CompletionException failed) {
            return assertInstanceOf(ArchiveException.class, failed.getCause());
        }
    }

    /** The record that holds one letter per event. */
    static LogRecord record(Mark behind, String letters) {
        return LogRecord.after(
                behind.chain(),
                behind.seq() + 1,
                behind.seq() + letters.length(),
                HISTORY,
                letters.getBytes(StandardCharsets.UTF_8));
    }

    static Mark end(LogRecord record, Holder holder) {
        return new Mark(
                record.to(), record.history(), record.chain(), holder.hold(), holder.term(), holder.cluster(), false);
    }

    static List<LogRecord> records(Mark behind, String... letters) {
        List<LogRecord> records = new ArrayList<>();
        Mark at = behind;
        for (String some : letters) {
            LogRecord record = record(at, some);
            records.add(record);
            at = end(record, new Holder(MESH, behind.hold(), behind.term()));
        }
        return records;
    }

    static byte[] snapshot(String text) {
        return ("snapshot " + text).getBytes(StandardCharsets.UTF_8);
    }

    static Holder holder(Mark mark) {
        return new Holder(MESH, mark.hold(), mark.term());
    }

    public Write write(SessionKey key, Holder holder, Mark behind, String... letters) {
        return new Write(key, holder, behind, records(behind, letters), snapshot(String.join("", letters)), false);
    }

    /** Writes and expects that it is done. */
    public Mark written(Write write) {
        return assertInstanceOf(Verdict.Written.class, done(archive().write(write)))
                .mark();
    }

    /** A session of its own, held by {@link #MESH} under number 1, with these records. */
    public Mark create(SessionKey key, String... letters) {
        return written(write(key, new Holder(MESH, 1, 0), Mark.NONE, letters));
    }

    Mark more(SessionKey key, Mark behind, String... letters) {
        return written(write(key, holder(behind), behind, letters));
    }

    Mark asleep(SessionKey key, String... letters) {
        Mark mark = create(key, letters);
        assertTrue(done(archive().rest(holder(mark), key, mark.seq())));
        return done(archive().mark(key)).orElseThrow();
    }

    Claim.Taken taken(SessionKey key, String cluster, boolean force) {
        return assertInstanceOf(Claim.Taken.class, done(archive().claim(key, cluster, force)));
    }

    public static String text(List<LogRecord> records) {
        StringBuilder text = new StringBuilder();
        records.forEach(record -> text.append(new String(record.bytes(), StandardCharsets.UTF_8)));
        return text.toString();
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    Listed listed(String id, long updatedAt) {
        return new Listed(session(id), java.util.Set.of("ada"), "idle", Map.of(), 1, updatedAt, 7, true);
    }

    Query all(String cursor, int limit) {
        return new Query(
                tenant,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                0,
                Long.MAX_VALUE,
                cursor,
                limit);
    }

    /** All pages, each of which keeps to the limit. */
    List<Listed> pages(Query query) {
        List<Listed> found = new ArrayList<>();
        String cursor = "";
        for (int pages = 0; pages < 1_000; pages++) {
            Page page = done(archive()
                    .find(new Query(
                            query.tenant(),
                            query.user(),
                            query.state(),
                            query.labels(),
                            query.asleep(),
                            query.from(),
                            query.until(),
                            cursor,
                            query.limit())));
            assertTrue(page.sessions().size() <= query.limit(), "a page is longer than asked for");
            found.addAll(page.sessions());
            cursor = page.next();
            if (cursor.isEmpty()) {
                return found;
            }
        }
        return fail("the pages do not end");
    }
}
