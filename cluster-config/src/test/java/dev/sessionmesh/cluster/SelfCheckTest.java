package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.cluster.SelfCheck.Finding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SelfCheckTest {
    @TempDir
    static Path state;

    private static ClusterSettingsBuilder sound() {
        return ClusterSettings.of(Profile.LAN, "n1").bindHost("127.0.0.1").stateDir(state);
    }

    private static Arguments when(String what, UnaryOperator<ClusterSettingsBuilder> change, String code) {
        return Arguments.of(what, change, code);
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                when("one port for both", s -> s.memberPort(9).busPort(9), "port_clash"),
                when("a port of another service", s -> s.memberPort(8080), "port_clash"),
                when("DNS and any port", s -> s.dnsName("localhost").memberPort(0), "dns_needs_port"),
                when("heartbeats", s -> s.heartbeat(seconds(5), seconds(5)), "heartbeat_order"),
                when(
                        "backup timeout",
                        s -> s.backupTimeout(seconds(10)).callTimeout(seconds(10)),
                        "backup_timeout_order"),
                when("a gateway to nobody", s -> s.gateway(true), "gateway_alone"),
                when("strict", s -> s.strict(true).backups(0), "strict_without_backups"),
                when("backups", s -> s.backups(3).membersExpected(3), "backups_exceed_members"),
                when("bind host", s -> s.bindHost("no.such.host.invalid"), "bind_host_unknown"),
                when("state", s -> s.stateDir(Path.of("/dev/null/state")), "state_dir_unusable"));
    }

    @ParameterizedTest(name = "{0} -> {2}")
    @MethodSource
    void errors(String what, UnaryOperator<ClusterSettingsBuilder> change, String code) {
        var report = check(change.apply(sound()));
        assertTrue(report.refuses());
        assertTrue(codes(report.errors()).contains(code), report.toString());
    }

    static Stream<Arguments> warnings() {
        return Stream.of(
                when("a late heartbeat", s -> s.heartbeat(seconds(2), seconds(5)), "heartbeat_tight"),
                when("short calls", s -> s.callTimeout(seconds(2)), "call_timeout_short"),
                when("short hold-down", s -> s.holdDown(seconds(2)), "hold_down_short"),
                when("no copies", s -> s.backups(0), "no_backups"),
                when("five nodes, one backup", s -> s.membersExpected(5).backups(1), "minority_loses_data"),
                when("zones", s -> s.zone("a"), "zones_needed"),
                when("two nodes", s -> s.membersExpected(2).backups(1), "two_nodes"),
                when("any half may found", s -> s.membersExpected(4).initialMembers(2), "initial_members_low"),
                when("address guessed", s -> s.bindHost("0.0.0.0"), "public_host_missing"));
    }

    @ParameterizedTest(name = "{0} -> {2}")
    @MethodSource
    void warnings(String what, UnaryOperator<ClusterSettingsBuilder> change, String code) {
        var report = check(change.apply(sound()));
        assertEquals(List.of(), report.errors());
        assertEquals(Set.of(code), codes(report.warnings()));
    }

    @Test
    void sound_settings_have_nothing_to_say() {
        assertEquals(new SelfCheck.Report(List.of(), List.of()), check(sound()));
    }

    @Test
    void a_developer_on_one_machine_is_left_in_peace_but_stays_on_loopback() {
        var dev = ClusterSettings.of(Profile.DEV, "n1");
        assertEquals(new SelfCheck.Report(List.of(), List.of()), check(dev));
        assertEquals(
                Set.of("dev_not_loopback"), codes(check(dev.bindHost("0.0.0.0")).errors()));
    }

    @Test
    void kubernetes_needs_a_dns_name_and_an_address_that_others_reach() {
        var settings = ClusterSettings.of(Profile.KUBERNETES, "n1").bindHost("127.0.0.1");
        assertEquals(
                Set.of("kubernetes_without_dns", "loopback_in_kubernetes"),
                codes(check(settings).errors()));
        assertEquals(Set.of("no_state_dir"), codes(check(settings).warnings()));
    }

    @Test
    void missing_flags_are_named() {
        var report = SelfCheck.of(sound().build(), Map.of(), List.of("-Dx=y"));
        assertEquals(
                "jvm_flag_missing: start the JVM with -Dx=y, or call JvmFlags.apply() first thing in main",
                report.warnings().getFirst().toString());
    }

    @Test
    void this_build_runs_its_tests_with_the_flags() {
        assertEquals(List.of(), JvmFlags.missing());
    }

    @Test
    void the_table_shows_every_setting_on_a_line() {
        var table =
                SettingsTable.render(sound().join(List.of(new HostPort("h", 1))).build());
        assertEquals(25, table.lines().count());
        assertTrue(table.contains("join                h:1\n"), table);
        assertTrue(table.contains("heartbeat timeout   5000 ms\n"), table);
    }

    private static SelfCheck.Report check(ClusterSettingsBuilder settings) {
        return SelfCheck.of(settings.build(), Map.of("HTTP port", 8080), List.of());
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static Set<String> codes(List<Finding> findings) {
        return findings.stream().map(Finding::code).collect(Collectors.toSet());
    }
}
