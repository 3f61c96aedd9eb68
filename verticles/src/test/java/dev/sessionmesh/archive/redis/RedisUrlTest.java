package dev.sessionmesh.archive.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.redis.RedisSettings.Login;
import dev.sessionmesh.archive.redis.RedisSettings.Servers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedisUrlTest {
    private static Servers servers(String url) {
        return RedisSettings.parse(url).servers();
    }

    @Test
    void one_server() {
        assertEquals(new Servers.One(new Address("redis.example", 6379)), servers("redis://redis.example"));
        assertEquals(new Servers.One(new Address("10.0.0.1", 7000)), servers("redis://10.0.0.1:7000/"));
        assertEquals(new Servers.One(new Address("::1", 7000)), servers("redis://[::1]:7000"));
        assertEquals(3, RedisSettings.parse("redis://redis.example/3").database());
        assertTrue(RedisSettings.parse("redis://redis.example").tls().isEmpty());
        assertTrue(RedisSettings.parse("rediss://redis.example").tls().isPresent());
    }

    @Test
    void a_master_that_sentinels_watch() {
        assertEquals(
                new Servers.Watched(List.of(new Address("a", 26_379), new Address("b", 7000)), "mymaster"),
                servers("redis-sentinel://a,b:7000/mymaster"));
        assertTrue(RedisSettings.parse("rediss-sentinel://a/m").tls().isPresent());
    }

    @Test
    void a_cluster() {
        assertEquals(
                new Servers.Cluster(List.of(new Address("a", 6379), new Address("b", 7000))),
                servers("redis-cluster://a,b:7000"));
        assertTrue(RedisSettings.parse("rediss-cluster://a").tls().isPresent());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://host                        | looks like redis://
            redis:host                         | looks like redis://
            redis://host?timeout=5             | looks like redis://
            redis://host/0/1                   | looks like redis://
            redis://                           | a host in an archive's URL
            redis://a b                        | a host in an archive's URL
            redis://host:0                     | a number from 1 to 65535
            redis://host:99999                 | a number from 1 to 65535
            redis://host:port                  | a host in an archive's URL
            redis://a,b                        | names one host
            redis://host/name                  | number of a database
            redis://host/5000                  | a number from 0 to 1023
            redis-cluster://a,b/3              | 0 in a Cluster
            redis-cluster://a,,b               | a host in an archive's URL
            redis-sentinel://a,b               | name that the Sentinels have
            redis-sentinel://a,b/my:master     | name that the Sentinels have
            redis://u:hunter2@host             | no user and no password
            redis://:hunter2@host              | no user and no password
            """)
    void what_is_wrong_is_said_without_repeating_it(String url, String says) {
        String message = assertThrows(IllegalArgumentException.class, () -> RedisSettings.parse(url))
                .getMessage();
        assertTrue(message.contains(says), message);
        assertFalse(message.contains("hunter2"), message);
    }

    @Test
    void settings_keep_to_their_bounds() {
        RedisSettings settings = RedisSettings.parse("redis://host");
        assertThrows(IllegalArgumentException.class, () -> settings.withPrefix("a{b}"));
        assertThrows(IllegalArgumentException.class, () -> settings.withPrefix(""));
        assertThrows(IllegalArgumentException.class, () -> settings.withReplicas(-1));
        assertThrows(IllegalArgumentException.class, () -> new Login(Optional.of("u"), Optional.empty()));
    }

    @Test
    void keys_are_where_the_cluster_looks_for_them() {
        // Slots as redis-cli's CLUSTER KEYSLOT gives them.
        assertEquals(12_182, Slot.of("foo"));
        assertEquals(12_182, Slot.of("sessionmesh:{foo}:log"));
        assertEquals(12_739, Slot.of("123456789"));
        assertEquals(13_694, Slot.of("a{}b"));
        assertEquals(10_595, Slot.of("{}x"));
    }
}
