package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterSettingsTest {

    @Test
    void the_defaults_of_each_profile_are_valid() {
        var dev = ClusterSettings.of(Profile.DEV, "n1").build();
        assertEquals("127.0.0.1", dev.network().bindHost());
        assertEquals(1, dev.redundancy().initialMembers());
        var lan = ClusterSettings.of(Profile.LAN, "n1").build();
        assertEquals(2, lan.redundancy().backups());
        assertEquals(2, lan.redundancy().initialMembers(), "a majority of the three that are expected");
        assertTrue(lan.join().alone());
    }

    @Test
    void strict_nodes_believe_nobody_for_longer_than_a_heartbeat() {
        var lan = ClusterSettings.of(Profile.LAN, "n1");
        assertEquals(Duration.ofMillis(2_500), ClusterQuorum.stillAlive(lan.build()));
        assertEquals(
                Duration.ofSeconds(1), ClusterQuorum.stillAlive(lan.strict(true).build()));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("node name", base("n 1")),
                Arguments.of("node name", base("")),
                Arguments.of("cluster name", base("n1").clusterName("a/b")),
                Arguments.of("member port", base("n1").memberPort(65_536)),
                Arguments.of("bus port", base("n1").busPort(-1)),
                Arguments.of("bind host", base("n1").bindHost(" ")),
                Arguments.of("backups", base("n1").backups(7)),
                Arguments.of("initial members", base("n1").initialMembers(4)),
                Arguments.of("expected members", base("n1").membersExpected(65)),
                Arguments.of("partitions", base("n1").partitions(0)),
                Arguments.of("zone", base("n1").zone("")),
                Arguments.of("heartbeat timeout", base("n1").heartbeat(Duration.ofSeconds(1), Duration.ZERO)),
                Arguments.of("backup timeout", base("n1").backupTimeout(Duration.ofMillis(1))),
                Arguments.of("hold-down", base("n1").holdDown(Duration.ofDays(1))),
                Arguments.of("exclude each other", base("n1").dnsName("mesh").join(List.of(HostPort.parse("h:1")))));
    }

    @ParameterizedTest
    @MethodSource
    void wrong(String named, ClusterSettingsBuilder settings) {
        var refusal = assertThrows(IllegalArgumentException.class, settings::build);
        assertTrue(refusal.getMessage().contains(named), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", ":1", "host:", "host:x", "host:0", "host:65536", "::1:5701", "[]:1"})
    void an_address_that_is_none_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:1", "10.0.0.1:5701", "[::1]:5701"})
    void an_address_reads_as_it_was_written(String text) {
        assertEquals(text, HostPort.parse(text).toString());
    }

    private static ClusterSettingsBuilder base(String name) {
        return ClusterSettings.of(Profile.LAN, name);
    }
}
