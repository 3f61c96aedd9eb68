package dev.sessionmesh.chaos.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Redis servers of the lab do what drills believe that they do. */
@Timeout(120)
final class RedisGroupsIT {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    @Test
    void a_server_without_room_refuses_and_with_room_takes_what_comes(@TempDir Path dir) {
        try (RedisProcess redis = RedisProcess.start(dir)) {
            redis.leaveRoom(-1);
            assertThrows(LabException.class, () -> redis.ask("SET", "a", "b"));
            redis.leaveAllRoom();
            assertEquals("OK", redis.ask("SET", "a", "b"));
            redis.empty();
            assertEquals("", redis.ask("GET", "a"));
        }
    }

    @Test
    void sentinels_put_the_replica_in_the_place_of_a_master_that_hangs_and_all_is_whole_when_it_is_back(
            @TempDir Path dir) {
        try (RedisSentinels group = RedisSentinels.start(dir)) {
            RedisProcess master = group.master();
            assertFalse(group.isReplaced(master));
            master.freeze();
            Waiting.until("a replica to be the master", WITHIN, () -> group.isReplaced(master), () -> "");
            master.thaw();
            group.awaitWhole();
            assertTrue(group.isReplaced(master));
        }
    }
}
