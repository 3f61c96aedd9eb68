package dev.sessionmesh.archive.redis;

import static dev.sessionmesh.archive.ArchiveProbe.done;
import static dev.sessionmesh.archive.ArchiveProbe.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveContract;
import dev.sessionmesh.archive.ArchiveProbe;
import dev.sessionmesh.archive.Claim;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Verdict;
import dev.sessionmesh.archive.Write;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract against a real Redis that comes with the tests. */
final class RedisArchiveTest extends ArchiveContract {
    private static final Vertx VERTX = Vertx.vertx();
    private static RedisProcess redis;
    private static RedisArchive archive;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisProcess.start(RedisProcess.Kind.EMBEDDED);
        archive = RedisArchive.open(VERTX, RedisSettings.parse(redis.url()));
    }

    @AfterAll
    static void stop() {
        archive.close();
        redis.close();
        VERTX.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }

    private final ArchiveProbe probe = new ArchiveProbe(() -> archive);

    /** As whoever takes the end of a log away leaves it who dies meanwhile. */
    private Mark halfCut(SessionKey key, int left) {
        Mark mark = probe.create(key, "abc");
        String name = "sessionmesh:{" + key + "}";
        redis.ask("HSET", name, "cut", "1");
        for (int i = 1; i <= left; i++) {
            redis.ask("XADD", name + ":log", "1-" + (3 + i), "from", 3 + i, "history", 7, "chain", i, "bytes", "x");
        }
        return mark;
    }

    @Test
    void what_a_rewind_did_not_get_to_is_in_no_log_and_nothing_comes_behind_it() {
        SessionKey key = probe.session("cut");
        Mark mark = halfCut(key, 300);
        assertEquals("abc", text(done(archive.read(key)).orElseThrow().records()));
        Claim.Taken taken = assertInstanceOf(Claim.Taken.class, done(archive.claim(key, "mesh", false)));
        assertEquals("abc", text(taken.stored().records()));
        Write write = probe.write(key, new Holder("mesh", taken.hold(), 0), mark, "d");
        Verdict.Elsewhere first = assertInstanceOf(Verdict.Elsewhere.class, done(archive.write(write)));
        assertTrue(first.mark().endsLike(mark), "it is to be tried again");
        probe.written(write);
        assertEquals("abcd", text(done(archive.read(key)).orElseThrow().records()));
        assertEquals("2", redis.ask("XLEN", "sessionmesh:{" + key + "}:log"));
        assertEquals("0", redis.ask("HEXISTS", "sessionmesh:{" + key + "}", "cut"));
    }

    @Test
    void a_log_that_is_still_cut_is_not_put_away_with_what_is_not_in_it() {
        SessionKey key = probe.session("rest");
        halfCut(key, 300);
        Holder holder = new Holder("mesh", 1, 0);
        assertFalse(done(archive.rest(holder, key, 3)));
        assertTrue(done(archive.rest(holder, key, 3)));
        assertEquals("1", redis.ask("XLEN", "sessionmesh:{" + key + "}:log"));
    }
}
