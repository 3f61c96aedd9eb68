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
import dev.sessionmesh.archive.ArchiveProbe;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Verdict;
import dev.sessionmesh.archive.Write;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master that dies, or hangs, is followed to the replica that Sentinels put in its place. */
final class RedisSentinelIT {
    static final RedisLimits QUICK = new RedisLimits(
            Duration.ofMillis(500),
            256,
            1 << 20,
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofMillis(200),
            Duration.ofSeconds(3));

    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private Path dir;

    private Vertx vertx;
    private RedisProcess master;
    private RedisProcess replica;
    private RedisArchive archive;
    private ArchiveProbe probe;
    private SessionKey key;

    @BeforeEach
    void start() throws IOException {
        RedisProcess.needInstalled();
        vertx = Vertx.vertx();
        open.add(() -> vertx.close());
        master = started();
        replica = started("--replicaof", "127.0.0.1", Integer.toString(master.port()));
        master.await(
                "the replica follows",
                () -> master.ask("INFO", "replication").toString().contains("state=online"));
        RedisProcess sentinel = started("--sentinel");
        sentinel.ask("SENTINEL", "MONITOR", "mymaster", "127.0.0.1", master.port(), 1);
        sentinel.ask("SENTINEL", "SET", "mymaster", "down-after-milliseconds", 400);
        sentinel.ask("SENTINEL", "SET", "mymaster", "failover-timeout", 3_000);
        sentinel.await("the Sentinel knows the replica", () -> sentinel.ask("SENTINEL", "REPLICAS", "mymaster")
                .toString()
                .contains(Integer.toString(replica.port())));
        String url = "redis-sentinel://127.0.0.1:" + Ports.free() + "," + sentinel.address() + "/mymaster";
        archive = RedisArchive.open(vertx, RedisSettings.parse(url).with(QUICK));
        open.add(archive);
        probe = new ArchiveProbe(() -> archive);
        key = probe.session("s1");
    }

    private RedisProcess started(String... options) throws IOException {
        RedisProcess redis = RedisProcess.start(RedisProcess.Kind.INSTALLED, options);
        open.add(redis);
        return redis;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private Write replicated(Mark behind, String letters) {
        Write plain = probe.write(key, new Holder("mesh", 1, 0), behind, letters);
        return new Write(key, plain.holder(), behind, plain.records(), plain.snapshot(), true);
    }

    /** As a write-behind does: the same write again and again. */
    static Mark insist(RedisArchive archive, Write write) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < end) {
            try {
                Verdict verdict = archive.write(write).toCompletableFuture().join();
                return assertInstanceOf(Verdict.Written.class, verdict).mark();
            } catch (CompletionException failed) {
                assertInstanceOf(ArchiveException.class, failed.getCause());
                RedisProcess.sleep(20);
            }
        }
        return fail("it was never written");
    }

    private Mark written(Write write) {
        return insist(archive, write);
    }

    @Test
    void after_a_master_died_writes_go_to_the_next_one_and_nothing_acknowledged_is_missing() {
        Mark mark = written(replicated(Mark.NONE, "abc"));
        master.kill();
        mark = written(replicated(mark, "de"));
        assertEquals("5", replica.ask("HGET", "sessionmesh:{" + key + "}", "seq"));
        assertEquals("abcde", text(done(archive.read(key)).orElseThrow().records()));
        written(probe.write(key, new Holder("mesh", 1, 0), mark, "f"));
    }

    @Test
    void a_master_that_wakes_up_after_it_was_replaced_is_not_written_to() {
        Mark mark = written(replicated(Mark.NONE, "abc"));
        master.freeze();
        mark = written(replicated(mark, "de"));
        master.thaw();
        written(probe.write(key, new Holder("mesh", 1, 0), mark, "f"));
        assertEquals("6", replica.ask("HGET", "sessionmesh:{" + key + "}", "seq"));
        assertTrue(replica.ask("INFO", "replication").toString().contains("role:master"));
    }

    @Test
    void a_master_that_hands_over_in_order_is_followed() {
        Mark mark = written(replicated(Mark.NONE, "abc"));
        RedisProcess sentinel = (RedisProcess) open.get(3);
        sentinel.await("the Sentinel knows whom to promote", () -> "OK"
                .equals(sentinel.ask("SENTINEL", "FAILOVER", "mymaster")));
        replica.await(
                "the replica is the master",
                () -> replica.ask("INFO", "replication").toString().contains("role:master"));
        // Until the old master knows, it takes writes that nobody will keep: who asks for a copy is not told that it is
        // done.
        written(replicated(mark, "de"));
        assertEquals("5", replica.ask("HGET", "sessionmesh:{" + key + "}", "seq"));
    }

    @Test
    void sentinels_have_a_login_of_their_own_and_it_is_used_after_a_failover_too() throws IOException {
        RedisProcess sentinel = (RedisProcess) open.get(3);
        // Each knows its own user only: whoever shows the other one is not let in.
        sentinel.ask(
                "ACL",
                "SETUSER",
                "watch",
                "on",
                ">of the Sentinels",
                "-@all",
                "+hello",
                "+auth",
                "+ping",
                "+sentinel|get-master-addr-by-name");
        sentinel.ask("ACL", "SETUSER", "default", "resetpass", ">of nobody");
        for (RedisProcess server : List.of(master, replica)) {
            server.ask("ACL", "SETUSER", "mesh", "on", ">of Redis", "~*", "+@all");
        }
        RedisSettings.Login login = login("mesh", "of Redis");
        RedisSettings settings = RedisSettings.parse("redis-sentinel://" + sentinel.address() + "/mymaster")
                .with(QUICK)
                .withLogin(login);
        for (RedisSettings.Login wrong : List.of(RedisSettings.Login.NONE, login, login("watch", "of Redis"))) {
            try (RedisArchive other =
                    RedisArchive.open(vertx, settings.with(RedisLimits.DEFAULT).withSentinels(wrong))) {
                ArchiveException failure = failed(other.mark(key));
                assertEquals(ArchiveException.Kind.DENIED, failure.kind(), failure.getMessage());
                assertFalse(failure.getMessage().contains("of Redis"), failure.getMessage());
            }
        }
        archive = RedisArchive.open(vertx, settings.withSentinels(login("watch", "of the Sentinels")));
        open.add(archive);
        Mark mark = written(replicated(Mark.NONE, "abc"));
        master.kill();
        written(replicated(mark, "de"));
        assertEquals("5", replica.ask("HGET", "sessionmesh:{" + key + "}", "seq"));
    }

    private RedisSettings.Login login(String user, String password) throws IOException {
        return new RedisSettings.Login(
                Optional.of(user), Optional.of(Files.writeString(dir.resolve(user + password.length()), password)));
    }

    @Test
    void a_master_that_no_sentinel_knows_is_away_and_named() throws IOException {
        RedisProcess sentinel = (RedisProcess) open.get(3);
        RedisSettings wrong = RedisSettings.parse("redis-sentinel://" + sentinel.address() + "/othermaster");
        try (RedisArchive other = RedisArchive.open(Vertx.vertx(), wrong.with(QUICK))) {
            ArchiveException failure = failed(other.mark(key));
            assertEquals(ArchiveException.Kind.AWAY, failure.kind());
            assertTrue(failure.getMessage().contains("othermaster"), failure.getMessage());
        }
    }
}
