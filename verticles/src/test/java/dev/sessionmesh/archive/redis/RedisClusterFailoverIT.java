package dev.sessionmesh.archive.redis;

import static dev.sessionmesh.archive.ArchiveProbe.done;
import static dev.sessionmesh.archive.ArchiveProbe.failed;
import static dev.sessionmesh.archive.ArchiveProbe.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.ArchiveProbe;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Write;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Cluster's master that dies, or hangs, is followed to the replica that the others put in its place. */
final class RedisClusterFailoverIT {
    private static final int MASTERS = 3;
    private static final int PER_SERVER = Slot.COUNT / MASTERS + 1;

    private final List<RedisProcess> masters = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private RedisProcess replica;
    private RedisArchive archive;
    private ArchiveProbe probe;
    private SessionKey key;

    @BeforeEach
    void start() throws IOException {
        RedisProcess.needInstalled();
        for (int i = 0; i < MASTERS; i++) {
            RedisProcess master = server();
            masters.add(master);
            master.ask("CLUSTER", "ADDSLOTSRANGE", i * PER_SERVER, Math.min(Slot.COUNT, (i + 1) * PER_SERVER) - 1);
        }
        replica = server();
        for (RedisProcess one : List.of(masters.get(1), masters.get(2), replica)) {
            one.ask("CLUSTER", "MEET", "127.0.0.1", first().port());
        }
        replica.await(
                "it knows the others",
                () -> replica.ask("CLUSTER", "INFO").toString().contains("cluster_known_nodes:4"));
        String firstId = (String) first().ask("CLUSTER", "MYID");
        replica.await("it follows", () -> "OK".equals(replica.ask("CLUSTER", "REPLICATE", firstId)));
        replica.await(
                "it has what there is",
                () -> replica.ask("INFO", "replication").toString().contains("master_link_status:up"));
        for (RedisProcess one : masters) {
            one.await(
                    "the Cluster is whole",
                    () -> one.ask("CLUSTER", "INFO").toString().contains("cluster_state:ok")
                            && one.ask("CLUSTER", "NODES").toString().contains("slave " + firstId));
        }
        // The one that will die is the only one that the settings name.
        archive = RedisArchive.open(
                vertx,
                RedisSettings.parse("redis-cluster://" + first().address()).with(RedisSentinelIT.QUICK));
        probe = new ArchiveProbe(() -> archive);
        key = sessionOf(0);
    }

    private static RedisProcess server() throws IOException {
        return RedisProcess.start(
                RedisProcess.Kind.INSTALLED, "--cluster-enabled", "yes", "--cluster-node-timeout", "1500");
    }

    private RedisProcess first() {
        return masters.getFirst();
    }

    /** One that this master keeps. */
    private SessionKey sessionOf(int master) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> probe.session("s" + i))
                .filter(one -> Slot.of("sessionmesh:{" + one + "}") / PER_SERVER == master)
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void stop() throws Exception {
        if (archive != null) {
            archive.close();
        }
        masters.forEach(RedisProcess::close);
        if (replica != null) {
            replica.close();
        }
        vertx.close();
    }

    private Mark written(Mark behind, boolean replicated, String letters) {
        return written(key, behind, replicated, letters);
    }

    private Mark written(SessionKey session, Mark behind, boolean replicated, String letters) {
        Write plain = probe.write(session, new Holder("mesh", 1, 0), behind, letters);
        return RedisSentinelIT.insist(
                archive, new Write(session, plain.holder(), behind, plain.records(), plain.snapshot(), replicated));
    }

    private void promoted() {
        replica.await(
                "the replica is the master",
                () -> replica.ask("INFO", "replication").toString().contains("role:master"));
    }

    @Test
    void after_a_master_died_writes_go_to_its_replica_and_nothing_acknowledged_is_missing() {
        SessionKey other = sessionOf(1);
        Mark mark = written(Mark.NONE, true, "abc");
        Mark elsewhere = written(other, Mark.NONE, false, "xyz");
        first().kill();
        mark = written(mark, false, "de");
        promoted();
        assertEquals("5", replica.ask("HGET", "sessionmesh:{" + key + "}", "seq"));
        assertEquals("abcde", text(done(archive.read(key)).orElseThrow().records()));
        written(other, elsewhere, false, "z");
        assertEquals("xyzz", text(done(archive.read(other)).orElseThrow().records()));
        written(mark, false, "f");
        assertTrue(done(archive.health()).description().contains("a Cluster of 3 masters"));
    }

    @Test
    void a_master_that_wakes_up_after_it_was_replaced_is_not_written_to() {
        Mark mark = written(Mark.NONE, true, "abc");
        first().freeze();
        mark = written(mark, false, "de");
        promoted();
        first().thaw();
        written(mark, false, "f");
        assertEquals("6", replica.ask("HGET", "sessionmesh:{" + key + "}", "seq"));
        first().await(
                        "it follows the new one",
                        () -> first().ask("INFO", "replication").toString().contains("role:slave"));
        written(new ArchiveProbe(() -> archive).session("fresh"), Mark.NONE, false, "a");
        assertEquals("abcdef", text(done(archive.read(key)).orElseThrow().records()));
    }

    @Test
    void a_master_that_hands_over_in_order_is_followed() {
        Mark mark = written(Mark.NONE, true, "abc");
        replica.ask("CLUSTER", "FAILOVER");
        promoted();
        // Now the old one is the replica, and has a copy of what is acknowledged.
        mark = written(mark, true, "de");
        first().await(
                        "it has it too",
                        () -> first().ask("INFO", "replication").toString().contains("master_link_status:up"));
        assertEquals("5", replica.ask("HGET", "sessionmesh:{" + key + "}", "seq"));
        written(mark, false, "f");
    }

    @Test
    void without_a_replica_in_its_place_what_a_dead_master_kept_is_away_and_not_absent() {
        Mark mark = written(Mark.NONE, true, "abc");
        replica.kill();
        first().kill();
        assertEquals(ArchiveException.Kind.AWAY, failed(archive.mark(key)).kind());
        RedisProcess.sleep(2_000);
        assertEquals(ArchiveException.Kind.AWAY, failed(archive.read(key)).kind(), "not whole, and said so");
        assertEquals(3, mark.seq());
    }
}
