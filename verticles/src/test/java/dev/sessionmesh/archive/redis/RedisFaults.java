package dev.sessionmesh.archive.redis;

import static dev.sessionmesh.archive.ArchiveProbe.done;
import static dev.sessionmesh.archive.ArchiveProbe.failed;
import static dev.sessionmesh.archive.ArchiveProbe.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.ArchiveException.Kind;
import dev.sessionmesh.archive.ArchiveProbe;
import dev.sessionmesh.archive.Claim;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Verdict;
import dev.sessionmesh.archive.Write;
import dev.sessionmesh.archive.redis.RedisSettings.Login;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the archive does when its Redis does not do what it should. A subclass says which Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RedisFaults {
    private static final long ANSWER_MILLIS = 600;
    private static final RedisLimits QUICK = new RedisLimits(
            Duration.ofMillis(ANSWER_MILLIS),
            256,
            1 << 20,
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofMillis(300));

    private final Vertx vertx = Vertx.vertx();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private Path dir;

    private RedisProcess redis;
    private RedisArchive archive;
    private ArchiveProbe probe;
    private SessionKey key;

    abstract RedisProcess.Kind kind();

    @BeforeAll
    void warmUp() throws Exception {
        if (kind() == RedisProcess.Kind.INSTALLED) {
            RedisProcess.needInstalled();
        }
        redis = server();
        // Without the short limits of the tests: classes are loaded here.
        use(archive(RedisSettings.parse(redis.url())));
        probe.create(key, "abc");
        done(archive.index(listed(5)));
        stop();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        open.clear();
    }

    @AfterAll
    void end() {
        vertx.close();
    }

    private RedisProcess server(String... options) throws IOException {
        RedisProcess started = RedisProcess.start(kind(), options);
        open.add(started);
        return started;
    }

    private RedisArchive archive(RedisSettings settings) {
        RedisArchive opened = RedisArchive.open(vertx, settings);
        open.add(opened);
        return opened;
    }

    private void start(String... options) throws IOException {
        redis = server(options);
        use(archive(settings()));
    }

    private void use(RedisArchive other) {
        archive = other;
        probe = new ArchiveProbe(() -> archive);
        key = probe.session("s1");
    }

    private RedisSettings settings() {
        return RedisSettings.parse(redis.url()).with(QUICK);
    }

    private String name(String part) {
        return "sessionmesh:{" + key + "}" + part;
    }

    private CompletionStage<Verdict> more(Mark mark, String letters) {
        return archive.write(probe.write(key, new Holder("mesh", mark.hold(), mark.term()), mark, letters));
    }

    /** What happens in the end, when it is tried again as long as the archive is away. */
    private static <T> T eventually(Supplier<CompletionStage<T>> attempt) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            try {
                return attempt.get().toCompletableFuture().join();
            } catch (CompletionException failed) {
                ArchiveException failure = assertInstanceOf(ArchiveException.class, failed.getCause());
                if (System.nanoTime() > end) {
                    return fail("it did not come back: " + failure.getMessage());
                }
                RedisProcess.sleep(20);
            }
        }
    }

    private static long millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static void assertForeign(CompletionStage<?> stage, String name) {
        ArchiveException failure = failed(stage);
        assertEquals(Kind.FOREIGN, failure.kind(), failure.getMessage());
        assertTrue(failure.getMessage().contains(name + " "), failure.getMessage());
    }

    @Test
    void other_peoples_data_under_our_names_is_named_and_left_alone() throws IOException {
        start();
        for (String part : List.of("", ":log", ":snapshot")) {
            key = probe.session("foreign" + part.replace(':', '-'));
            boolean isLog = part.equals(":log");
            redis.ask(isLog ? new Object[] {"SET", name(part), "x"} : new Object[] {"LPUSH", name(part), "x"});
            assertForeign(archive.write(probe.write(key, new Holder("mesh", 1, 0), Mark.NONE, "abc")), name(part));
            assertEquals(isLog ? "string" : "list", redis.ask("TYPE", name(part)));
        }
        key = probe.session("fields");
        redis.ask("HSET", name(""), "color", "blue");
        assertForeign(archive.write(probe.write(key, new Holder("mesh", 1, 0), Mark.NONE, "abc")), name(""));
        assertForeign(archive.claim(key, "mesh", true), name(""));
        assertForeign(archive.delete(key, 1, 1), name(""));
        assertEquals(List.of("color", "blue"), redis.ask("HGETALL", name("")));
    }

    @Test
    void what_cant_be_read_is_named() throws IOException {
        start();
        Mark mark = probe.create(key, "abc");
        redis.ask("HSET", name(""), "seq", "many");
        assertForeign(archive.mark(key), name(""));
        assertForeign(more(mark, "d"), name(""));
        redis.ask("HSET", name(""), "seq", "3", "v", "2");
        assertForeign(archive.read(key), name(""));
        redis.ask("HSET", name(""), "v", "1");
        redis.ask("XADD", name(":log"), "1-4", "color", "blue");
        assertForeign(archive.read(key), name(":log"));
        redis.ask("ZADD", "sessionmesh:due:7", "1", "nonsense");
        assertForeign(archive.due(7, 5, 5), "sessionmesh:due:7");
        String rows = "sessionmesh:{" + key.tenant() + "}:rows";
        done(archive.index(listed(5)));
        redis.ask("HSET", rows, "s1", "{");
        assertForeign(archive.index(listed(6)), rows);
        assertForeign(archive.find(everyone()), rows);
    }

    private Listed listed(long updatedAt) {
        return new Listed(key, Set.of(), "idle", Map.of(), 1, updatedAt, 3, true);
    }

    private dev.sessionmesh.archive.Query everyone() {
        return new dev.sessionmesh.archive.Query(
                key.tenant(), Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), 0, Long.MAX_VALUE, "", 5);
    }

    @Test
    void a_log_that_was_changed_is_not_taken_for_the_session() throws IOException {
        start();
        probe.create(key, "abc", "de", "fg");
        redis.ask("XDEL", name(":log"), "1-5");
        assertForeign(archive.read(key), name(":log"));
        assertForeign(archive.claim(key, "mesh", true), name(":log"));
    }

    @Test
    void a_log_that_was_thrown_away_is_written_again_from_memory_but_never_taken_for_empty() throws IOException {
        start();
        Mark mark = probe.create(key, "abc", "de");
        redis.ask("DEL", name(":log"));
        assertForeign(archive.read(key), name(":log"));
        assertForeign(archive.claim(key, "mesh", true), name(":log"));
        assertEquals(1, done(archive.mark(key)).orElseThrow().hold(), "nobody got it");
        Verdict.Elsewhere elsewhere = assertInstanceOf(Verdict.Elsewhere.class, done(more(mark, "f")));
        assertEquals(0, elsewhere.mark().seq());
        probe.written(probe.write(key, new Holder("mesh", 1, 0), Mark.NONE, "abcde", "f"));
        assertEquals("abcdef", text(done(archive.read(key)).orElseThrow().records()));
        redis.ask("DEL", name(""));
        assertForeign(archive.write(probe.write(key, new Holder("mesh", 1, 0), Mark.NONE, "x")), name(":log"));
    }

    @Test
    void a_replica_is_read_and_takes_no_writes() throws IOException {
        start();
        Mark mark = probe.create(key, "abc");
        RedisProcess replica = server("--replicaof", "127.0.0.1", Integer.toString(redis.port()));
        replica.await(
                "it has caught up",
                () -> replica.ask("INFO", "replication").toString().contains("master_link_status:up"));
        use(archive(RedisSettings.parse(replica.url()).with(QUICK)), key);
        assertEquals("abc", text(done(archive.read(key)).orElseThrow().records()));
        assertEquals(Kind.READ_ONLY, failed(more(mark, "d")).kind());
        assertEquals(Kind.READ_ONLY, failed(archive.schedule(key, 5)).kind());
        assertTrue(done(archive.health()).description().contains("a replica"));
    }

    private void use(RedisArchive other, SessionKey same) {
        use(other);
        key = same;
    }

    @Test
    void a_full_memory_is_told_and_what_is_there_stays() throws IOException {
        start("--maxmemory-policy", "noeviction");
        Mark mark = probe.create(key, "abc");
        redis.ask("CONFIG", "SET", "maxmemory", "100000");
        assertEquals(Kind.FULL, failed(more(mark, "d")).kind());
        assertEquals(Kind.FULL, failed(archive.index(listed(5))).kind());
        assertEquals(Kind.FULL, failed(archive.schedule(key, 5)).kind());
        assertEquals(mark, done(archive.mark(key)).orElseThrow());
        assertEquals(100_000, done(archive.health()).maxBytes());
        redis.ask("CONFIG", "SET", "maxmemory", "100000000");
        assertInstanceOf(Verdict.Written.class, done(more(mark, "d")));
        assertEquals(100_000_000, done(archive.health()).maxBytes());
    }

    @Test
    void too_few_replicas_for_the_server_itself_is_read_only() throws IOException {
        start("--min-replicas-to-write", "1");
        assertEquals(
                Kind.READ_ONLY,
                failed(archive.write(probe.write(key, new Holder("mesh", 1, 0), Mark.NONE, "abc")))
                        .kind());
    }

    @Test
    void a_server_that_lacks_a_command_is_told_of_without_repeating_what_it_was_sent() throws IOException {
        start("--rename-command", "XLEN", "");
        for (int i = 0; i < 2; i++) {
            ArchiveException failure =
                    failed(archive.write(probe.write(key, new Holder("mesh", 1, 0), Mark.NONE, "secretword")));
            assertEquals(Kind.AWAY, failure.kind());
            assertTrue(failure.getMessage().contains("does not know a command"), failure.getMessage());
            assertFalse(failure.getMessage().contains("secretword"), failure.getMessage());
        }
    }

    @Test
    void a_server_that_throws_sessions_away_is_told_of() throws IOException {
        start("--maxmemory-policy", "allkeys-lru");
        assertTrue(done(archive.health()).description().contains("maxmemory-policy is allkeys-lru"));
    }

    @Test
    void a_password_that_changes_is_read_again() throws IOException {
        redis = server();
        Path file = Files.writeString(dir.resolve("password"), "first-secret\n");
        redis.ask("CONFIG", "SET", "requirepass", "first-secret");
        use(archive(settings().withLogin(new Login(Optional.empty(), Optional.of(file)))));
        Mark mark = probe.create(key, "abc");
        raw("AUTH", "first-secret", "CONFIG", "SET", "requirepass", "second-secret");
        assertInstanceOf(Verdict.Written.class, done(more(mark, "d")), "who is in stays in");
        raw("AUTH", "second-secret", "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        ArchiveException failure = eventuallyDenied();
        assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
        Files.writeString(file, "second-secret");
        assertEquals(4, eventually(() -> archive.mark(key)).orElseThrow().seq());
        Files.delete(file);
        raw("AUTH", "second-secret", "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        RedisProcess.sleep(150);
        assertTrue(failed(archive.mark(key)).getMessage().contains("the file with Redis' password"));
    }

    private void raw(String auth, String password, Object... words) {
        try (RawRedis.Talk talk = RawRedis.talk(redis.port())) {
            talk.ask(auth, password);
            talk.ask(words);
        }
    }

    private ArchiveException eventuallyDenied() {
        for (int i = 0; i < 100; i++) {
            ArchiveException failure = failed(archive.mark(key));
            if (failure.kind() == Kind.DENIED) {
                return failure;
            }
            RedisProcess.sleep(10);
        }
        return fail("never denied");
    }

    @Test
    void a_server_that_is_killed_and_comes_back_is_written_to_again() throws IOException {
        start("--appendonly", "yes", "--appendfsync", "always");
        Mark mark = probe.create(key, "abc");
        redis.kill();
        assertEquals(Kind.AWAY, failed(more(mark, "d")).kind());
        assertTrue(millis(() -> failed(archive.mark(key))) < ANSWER_MILLIS, "who is known to be away costs no time");
        redis.run();
        // It has forgotten the scripts too.
        Verdict.Written written = assertInstanceOf(Verdict.Written.class, eventually(() -> more(mark, "d")));
        assertEquals(4, written.mark().seq());
        assertEquals("abcd", text(done(archive.read(key)).orElseThrow().records()));
    }

    @Test
    void a_wiped_server_is_filled_again() throws IOException {
        start();
        Mark mark = probe.create(key, "abc");
        redis.ask("FLUSHALL");
        redis.ask("SCRIPT", "FLUSH");
        assertEquals(new Verdict.Elsewhere(Mark.NONE), done(more(mark, "d")));
        assertEquals(Optional.empty(), done(archive.mark(key)));
        assertEquals(new Claim.Absent(), done(archive.claim(key, "mesh", false)));
        Write all = probe.write(key, new Holder("mesh", 7, 3), Mark.NONE, "abc", "d");
        assertEquals(7, probe.written(all).hold());
    }

    @Test
    void a_server_that_accepts_and_never_answers_hangs_nobody() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            use(archive(RedisSettings.parse("redis://127.0.0.1:" + silent.getLocalPort())
                    .with(QUICK)));
            long took = millis(
                    () -> assertEquals(Kind.AWAY, failed(archive.mark(key)).kind()));
            assertTrue(took < 4 * ANSWER_MILLIS, "it took " + took + " ms");
        }
    }

    @Test
    void a_server_that_falls_silent_hangs_nobody_and_is_found_again() throws IOException {
        start();
        Mark mark = probe.create(key, "abc");
        redis.freeze();
        long took = millis(() -> {
            CompletionStage<?> write = more(mark, "d");
            assertEquals(Kind.AWAY, failed(archive.mark(key)).kind());
            assertEquals(Kind.AWAY, failed(write).kind());
        });
        assertTrue(took < 4 * ANSWER_MILLIS, "it took " + took + " ms");
        redis.thaw();
        // Whether the write was done is not known: a repeat is right in both cases.
        Verdict.Written written = assertInstanceOf(Verdict.Written.class, eventually(() -> more(mark, "d")));
        assertEquals(4, written.mark().seq());
        assertEquals("abcd", text(done(archive.read(key)).orElseThrow().records()));
    }

    @Test
    void what_is_under_way_is_bounded_and_nothing_queues() throws IOException {
        redis = server();
        use(archive(settings().with(QUICK.withCalls(10).withBytes(100_000))));
        probe.create(key, "abc");
        redis.freeze();
        List<CompletableFuture<Optional<Mark>>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(archive.mark(key).toCompletableFuture());
        }
        ArchiveException failure = failed(archive.mark(key));
        assertEquals(Kind.AWAY, failure.kind());
        assertTrue(failure.getMessage().contains("too much"), failure.getMessage());
        assertFalse(waiting.getFirst().isDone());
        redis.thaw();
        waiting.forEach(one -> assertEquals(3, done(one).orElseThrow().seq()));
        redis.freeze();
        CompletionStage<Void> large = archive.putBlob(key, "a", new byte[90_000]);
        assertTrue(
                failed(archive.putBlob(key, "b", new byte[20_000])).getMessage().contains("too much"));
        redis.thaw();
        done(large);
        done(archive.putBlob(key, "c", new byte[150_000]));
    }

    @Test
    void replicated_writes_wait_for_replicas_as_many_as_are_there() throws IOException {
        redis = server();
        use(archive(settings().withReplicas(1)));
        Mark alone = probe.written(replicated(Mark.NONE, "abc"));
        RedisProcess replica = server("--replicaof", "127.0.0.1", Integer.toString(redis.port()));
        redis.await(
                "the replica follows",
                () -> redis.ask("INFO", "replication").toString().contains("state=online"));
        // The replicas are counted once a second.
        RedisProcess.sleep(1_200);
        Mark both = probe.written(replicated(alone, "de"));
        assertEquals("5", replica.ask("HGET", name(""), "seq"), "the replica has what was acknowledged");
        replica.freeze();
        assertEquals(Kind.AWAY, failed(archive.write(replicated(both, "fg"))).kind());
        Mark there = done(archive.mark(key)).orElseThrow();
        assertEquals(7, there.seq(), "it was written, but on one server only");
        assertTrue(
                millis(() -> assertInstanceOf(Verdict.Written.class, done(more(there, "h")))) < ANSWER_MILLIS,
                "who does not ask for replicas does not wait for them");
        assertEquals(
                Kind.AWAY,
                failed(archive.write(replicated(there, "h"))).kind(),
                "nor is a repeat on one server only taken for more than it is");
        try (RedisArchive another = RedisArchive.open(vertx, settings().withReplicas(1))) {
            assertEquals(
                    Kind.AWAY,
                    failed(another.write(replicated(there, "h"))).kind(),
                    "also on a connection on which nothing was written before");
        }
        replica.kill();
        redis.await(
                "the replica is gone",
                () -> redis.ask("INFO", "replication").toString().contains("connected_slaves:0"));
        Verdict.Written again =
                assertInstanceOf(Verdict.Written.class, eventually(() -> archive.write(replicated(there, "h"))));
        assertEquals(8, again.mark().seq());
    }

    private Write replicated(Mark behind, String letters) {
        Write plain = probe.write(key, new Holder("mesh", Math.max(1, behind.hold()), 0), behind, letters);
        return new Write(key, plain.holder(), behind, plain.records(), plain.snapshot(), true);
    }

    @Test
    void a_closed_archive_is_away() throws IOException {
        start();
        probe.create(key, "abc");
        archive.close();
        assertEquals(Kind.AWAY, failed(archive.mark(key)).kind());
    }

    @Test
    void who_lists_a_session_at_the_same_time_leaves_no_places_behind() throws IOException {
        start();
        probe.create(key, "abc");
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(archive.index(new Listed(key, Set.of(), "s" + i, Map.of("l" + i, "x"), 1, 10 + i, 3, true))
                    .toCompletableFuture());
        }
        all.forEach(ArchiveProbe::done);
        String index = "sessionmesh:{" + key.tenant() + "}:*";
        assertEquals(5, ((List<?>) redis.ask("KEYS", index)).size(), "rows, all, one state, one label, asleep");
        assertEquals("1", redis.ask("ZCARD", "sessionmesh:{" + key.tenant() + "}:all"));
    }

    @Test
    void a_sleeping_session_takes_no_more_than_it_needs() throws IOException {
        start();
        Mark mark = probe.create(key, "abc");
        assertTrue(done(archive.rest(new Holder("mesh", 1, 0), key, 3)));
        String asleep = (String) redis.ask("MEMORY", "USAGE", name(":log"));
        assertTrue(Integer.parseInt(asleep) < 1_500, "from 7.0 on a stream takes 4 KB at first, and still " + asleep);
        assertEquals("abc", text(done(archive.read(key)).orElseThrow().records()));
        Claim.Taken taken = assertInstanceOf(Claim.Taken.class, done(archive.claim(key, "mesh", false)));
        probe.written(probe.write(key, new Holder("mesh", taken.hold(), 0), mark, "de"));
        assertEquals("abcde", text(done(archive.read(key)).orElseThrow().records()));
    }

    @Test
    void a_deleted_session_leaves_no_trace_but_its_tombstone() throws IOException {
        start();
        Mark mark = probe.create(key, "secretword");
        done(archive.putBlob(key, "secretword", "secretword".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        done(archive.index(
                new Listed(key, Set.of("secretword"), "idle", Map.of("secretword", "secretword"), 1, 5, 3, true)));
        done(archive.schedule(key, 5));
        done(archive.delete(key, 77, mark.seq()));
        assertEquals(List.of(name("")), redis.ask("KEYS", "*"));
        assertFalse(redis.ask("HGETALL", name("")).toString().contains("secretword"));
    }
}
