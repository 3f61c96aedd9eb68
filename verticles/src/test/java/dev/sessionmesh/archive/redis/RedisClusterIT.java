package dev.sessionmesh.archive.redis;

import static dev.sessionmesh.archive.ArchiveProbe.done;
import static dev.sessionmesh.archive.ArchiveProbe.failed;
import static dev.sessionmesh.archive.ArchiveProbe.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveContract;
import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.ArchiveProbe;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract against a Cluster of three masters, and what only a Cluster does. */
final class RedisClusterIT extends ArchiveContract {
    private static final int SERVERS = 3;
    private static final int PER_SERVER = Slot.COUNT / SERVERS + 1;
    private static final Vertx VERTX = Vertx.vertx();
    private static final List<RedisProcess> CLUSTER = new ArrayList<>();
    private static RedisArchive archive;

    @BeforeAll
    static void start() throws IOException {
        RedisProcess.needInstalled();
        for (int i = 0; i < SERVERS; i++) {
            RedisProcess redis = RedisProcess.start(
                    RedisProcess.Kind.INSTALLED, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000");
            CLUSTER.add(redis);
            redis.ask("CLUSTER", "ADDSLOTSRANGE", i * PER_SERVER, Math.min(Slot.COUNT, (i + 1) * PER_SERVER) - 1);
            redis.ask("CLUSTER", "MEET", "127.0.0.1", CLUSTER.getFirst().port());
        }
        CLUSTER.forEach(redis -> redis.await(
                "the Cluster is whole",
                () -> redis.ask("CLUSTER", "INFO").toString().contains("cluster_state:ok")));
        archive = RedisArchive.open(
                VERTX, RedisSettings.parse("redis-cluster://" + CLUSTER.get(1).address()));
    }

    @AfterAll
    static void stop() {
        if (archive != null) {
            archive.close();
        }
        CLUSTER.forEach(RedisProcess::close);
        VERTX.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }

    private static RedisProcess owner(int slot) {
        return CLUSTER.get(slot / PER_SERVER);
    }

    @Test
    void sessions_are_spread_over_all_servers_each_in_one_piece() {
        ArchiveProbe probe = new ArchiveProbe(() -> archive);
        for (int i = 0; i < 40; i++) {
            probe.create(probe.session("spread" + i), "abc");
        }
        long withSome = CLUSTER.stream()
                .filter(redis -> Integer.parseInt((String) redis.ask("DBSIZE")) > 0)
                .count();
        assertEquals(SERVERS, withSome);
        for (int i = 0; i < 40; i++) {
            SessionKey key = probe.session("spread" + i);
            assertEquals("abc", text(done(archive.read(key)).orElseThrow().records()));
        }
        assertTrue(done(archive.health()).description().contains("a Cluster of 3 masters"));
    }

    @Test
    void a_slot_that_moves_is_followed_while_it_does_and_afterwards() {
        ArchiveProbe probe = new ArchiveProbe(() -> archive);
        SessionKey key = probe.session("moving");
        Mark mark = probe.create(key, "abc");
        String name = "sessionmesh:{" + key + "}";
        int slot = Slot.of(name);
        RedisProcess from = owner(slot);
        RedisProcess to = CLUSTER.get((CLUSTER.indexOf(from) + 1) % SERVERS);
        String fromId = (String) from.ask("CLUSTER", "MYID");
        String toId = (String) to.ask("CLUSTER", "MYID");
        to.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
        from.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
        from.ask("MIGRATE", "127.0.0.1", to.port(), name + ":log", 0, 5_000);
        // In two pieces it can't be written to.
        assertEquals(ArchiveException.Kind.AWAY, failed(archive.mark(key)).kind());
        from.ask("MIGRATE", "127.0.0.1", to.port(), "", 0, 5_000, "KEYS", name, name + ":snapshot");
        mark = written(probe, key, mark, "de");
        to.ask("CLUSTER", "SETSLOT", slot, "NODE", toId);
        from.ask("CLUSTER", "SETSLOT", slot, "NODE", toId);
        written(probe, key, mark, "f");
        assertEquals("abcdef", text(done(archive.read(key)).orElseThrow().records()));
        assertEquals("3", to.ask("CLUSTER", "COUNTKEYSINSLOT", slot));
        assertEquals("0", from.ask("CLUSTER", "COUNTKEYSINSLOT", slot));
    }

    private static Mark written(ArchiveProbe probe, SessionKey key, Mark mark, String letters) {
        return probe.written(probe.write(key, new Holder("mesh", 1, 0), mark, letters));
    }
}
