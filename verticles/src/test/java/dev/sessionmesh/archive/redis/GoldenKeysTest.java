package dev.sessionmesh.archive.redis;

import static dev.sessionmesh.archive.ArchiveProbe.done;
import static dev.sessionmesh.archive.ArchiveProbe.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.Claim;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.archive.LogRecord;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Query;
import dev.sessionmesh.archive.Stored;
import dev.sessionmesh.archive.Verdict;
import dev.sessionmesh.archive.Write;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What lies in Redis today, as the commands that put it there. Later versions must read it: a change of this file is a change of the form's version, and
 * the old file stays and is read on.
 */
final class GoldenKeysTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/archive/redis-v1.txt");
    private static final Path WEBHOOKS = Path.of("src/test/resources/golden/archive/redis-webhooks-v1.txt");
    /** An empty word, so that a line can be cut at its spaces. */
    private static final String EMPTY = "''";

    private static final SessionKey HELD = new SessionKey("acme", "held");
    private static final SessionKey ASLEEP = new SessionKey("acme", "asleep");
    private static final SessionKey DELETED = new SessionKey("acme", "deleted");
    private static final Listed LISTED = new Listed(
            ASLEEP,
            Set.of("ada", "bo"),
            "idle",
            Map.of("team", "red"),
            1_764_000_000_000L,
            1_764_000_000_123L,
            5,
            true);

    private static Vertx vertx;
    private static RedisProcess redis;
    private static RedisArchive archive;

    @BeforeAll
    static void start() throws IOException {
        vertx = Vertx.vertx();
        redis = RedisProcess.start(RedisProcess.Kind.EMBEDDED);
        archive = RedisArchive.open(vertx, RedisSettings.parse(redis.url()));
    }

    @AfterAll
    static void stop() {
        archive.close();
        redis.close();
        vertx.close();
    }

    @BeforeEach
    void wipe() {
        redis.ask("FLUSHALL");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<LogRecord> records() {
        LogRecord first = LogRecord.after(0, 1, 3, Long.MIN_VALUE + 7, bytes("abc"));
        return List.of(first, LogRecord.after(first.chain(), 4, 5, Long.MAX_VALUE, bytes("de")));
    }

    private static Mark create(SessionKey key) {
        Write write = new Write(key, new Holder("mesh", 2, 1), Mark.NONE, records(), bytes("snapshot"), false);
        return assertInstanceOf(Verdict.Written.class, done(archive.write(write)))
                .mark();
    }

    @Test
    void today_writes_what_the_file_says() throws IOException {
        Mark held = create(HELD);
        done(archive.rewind(new Holder("mesh", 2, 1), HELD, 4));
        done(archive.putBlob(HELD, "sha-256", bytes("payload")));
        done(archive.schedule(HELD, 1_764_000_000_456L));
        Mark mark = create(ASLEEP);
        assertEquals(held, mark);
        assertTrue(done(archive.rest(new Holder("mesh", 2, 1), ASLEEP, 5)));
        done(archive.index(LISTED));
        create(DELETED);
        done(archive.delete(DELETED, 1_764_000_000_789L, 5));
        assertEquals(Files.readString(GOLDEN), dump());
    }

    @Test
    void what_the_file_says_is_read_today() throws IOException {
        bringBack(GOLDEN);
        LogRecord first = records().getFirst();
        Stored held = done(archive.read(HELD)).orElseThrow();
        assertEquals(new Mark(3, first.history(), first.chain(), 3, 1, "mesh", false), held.mark());
        assertEquals("abc", text(held.records()));
        assertEquals("payload", new String(done(archive.blob(HELD, "sha-256")).orElseThrow(), StandardCharsets.UTF_8));
        assertEquals(List.of(HELD), done(archive.due(Archive.bucketOf(HELD), 1_764_000_000_456L, 5)));
        Claim.Taken taken = assertInstanceOf(Claim.Taken.class, done(archive.claim(ASLEEP, "other", false)));
        assertTrue(taken.slept());
        assertEquals(Long.MAX_VALUE, taken.stored().mark().history());
        assertEquals("abcde", text(taken.stored().records()));
        assertEquals("snapshot", new String(taken.stored().snapshot(), StandardCharsets.UTF_8));
        assertEquals(new Claim.Gone(1_764_000_000_789L, 5), done(archive.claim(DELETED, "mesh", true)));
        Query query = new Query(
                "acme",
                Optional.of("bo"),
                Optional.of("idle"),
                Map.of("team", "red"),
                Optional.of(true),
                0,
                Long.MAX_VALUE,
                "",
                5);
        assertEquals(List.of(LISTED), done(archive.find(query)).sessions());
        assertEquals(List.of("acme"), done(archive.tenants("", 5)));
    }

    @Test
    void what_is_kept_of_webhooks_is_what_the_file_says() throws IOException {
        Mark held = create(HELD);
        long number = done(archive.webhooks().number("mesh", "acme"));
        done(archive.webhooks().number("mesh", "acme"));
        assertTrue(done(archive.webhooks().put("mesh", "acme", number, Map.of("shop", "{\"id\":\"shop\"}"), false)));
        assertTrue(done(archive.webhooks()
                .putCursors(new Holder("mesh", held.hold(), 1), HELD, Map.of("shop", "1:7:0:9:5:5"), true)));
        done(archive.webhooks().untold("mesh", HELD));
        for (String ofSession : List.of("", ":log", ":snapshot")) {
            redis.ask("DEL", "sessionmesh:{acme/held}" + ofSession);
        }
        assertEquals(Files.readString(WEBHOOKS), dump());
    }

    @Test
    void what_the_file_says_of_webhooks_is_read_today() throws IOException {
        bringBack(WEBHOOKS);
        assertEquals(List.of("acme"), done(archive.webhooks().tenants("mesh", "", 5)));
        assertEquals(
                Map.of("shop", "{\"id\":\"shop\"}"), done(archive.webhooks().webhooks("mesh", "acme")));
        assertEquals(Map.of("shop", "1:7:0:9:5:5"), done(archive.webhooks().cursors(HELD)));
        assertEquals(
                List.of(HELD), done(archive.webhooks().untold("mesh", Archive.bucketOf(HELD), Optional.empty(), 5)));
        assertEquals(3, done(archive.webhooks().number("mesh", "acme")));
    }

    private static void bringBack(Path golden) throws IOException {
        for (String line : Files.readAllLines(golden)) {
            redis.ask(Stream.of(line.split(" "))
                    .map(word -> word.equals(EMPTY) ? "" : word)
                    .toArray());
        }
    }

    /** Everything, as commands in the order of the keys. */
    private static String dump() {
        StringBuilder dump = new StringBuilder();
        for (Object key : new TreeSet<>((List<?>) redis.ask("KEYS", "*"))) {
            switch ((String) redis.ask("TYPE", key)) {
                case "hash" -> dump.append("HSET ").append(key).append(fields((List<?>) redis.ask("HGETALL", key)));
                case "string" -> dump.append("SET ").append(key).append(' ').append(redis.ask("GET", key));
                case "zset" ->
                    dump.append("ZADD ").append(key).append(scores((List<?>)
                            redis.ask("ZRANGE", key, 0, -1, "WITHSCORES")));
                default -> dump.append(String.join("\n", entries(key)));
            }
            dump.append('\n');
        }
        return dump.toString();
    }

    private static String fields(List<?> flat) {
        Map<Object, Object> sorted = new TreeMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            sorted.put(flat.get(i), flat.get(i + 1));
        }
        StringBuilder words = new StringBuilder();
        sorted.forEach(
                (name, value) -> words.append(' ').append(name).append(' ').append(value.equals("") ? EMPTY : value));
        return words.toString();
    }

    private static String scores(List<?> flat) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < flat.size(); i += 2) {
            words.append(' ').append(flat.get(i + 1)).append(' ').append(flat.get(i));
        }
        return words.toString();
    }

    private static List<String> entries(Object key) {
        List<String> lines = new ArrayList<>();
        for (Object entry : (List<?>) redis.ask("XRANGE", key, "-", "+")) {
            List<?> parts = (List<?>) entry;
            StringBuilder line = new StringBuilder("XADD " + key + " " + parts.get(0));
            ((List<?>) parts.get(1)).forEach(word -> line.append(' ').append(word));
            lines.add(line.toString());
        }
        return lines;
    }
}
