package dev.sessionmesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.cluster.Profile;
import dev.sessionmesh.cluster.SelfCheck;
import dev.sessionmesh.server.LeaveTimes;
import dev.sessionmesh.server.cli.MeshCli;
import dev.sessionmesh.server.cli.ServeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the chart tells pods is what the server understands: its own command line reads the environment of each. */
final class ServerAcceptsTest {
    private static final Map<String, String> DOWNWARD = Map.of(
            "<metadata.name>", "sessionmesh-0",
            "<metadata.namespace>", "default",
            "<status.podIP>", "127.0.0.1");

    /** Read by the JVM, by the shell, or by the variables after it. */
    private static final Set<String> NOT_OURS = Set.of("JDK_JAVA_OPTIONS", "POD_NAMESPACE", "TZ");

    /** Options of parts that a server may be built without: the archive, and metrics. */
    private static final Pattern OPTIONAL = Pattern.compile("SESSIONMESH_(ARCHIVE|METRICS)_[A-Z_]+");

    private static final Map<String, String> FILES = Map.of(
            "SESSIONMESH_TOOLS", "{}",
            "SESSIONMESH_ADMIN_TOKEN_FILE", "an-admin-token",
            "SESSIONMESH_METRICS_TOKEN_FILE", "a-metrics-token",
            "SESSIONMESH_OPENAI_KEY_FILE", "a-key",
            "SESSIONMESH_ARCHIVE_PASSWORD_FILE", "a-password",
            "SESSIONMESH_ARCHIVE_SENTINEL_PASSWORD_FILE", "another-password");

    @TempDir
    private Path dir;

    static Stream<String> variants() {
        return Chart.everyVariant();
    }

    private static List<Manifest> mesh(String variant) {
        return Chart.of(variant).stream()
                .filter(document -> Set.of("StatefulSet", "Deployment").contains(document.kind()))
                .filter(document -> document.podLabels().containsKey("sessionmesh.dev/mesh"))
                .toList();
    }

    private Map<String, String> resolved(Map<String, String> environment) throws IOException {
        Map<String, String> resolved = new TreeMap<>();
        for (var variable : environment.entrySet()) {
            String value = DOWNWARD.getOrDefault(variable.getValue(), variable.getValue())
                    .replace("$(POD_NAMESPACE)", "default");
            if (value.startsWith("<metadata.")) {
                value = "eu-1a";
            }
            if (value.startsWith("/etc/sessionmesh/")) {
                Path file = dir.resolve(variable.getKey());
                Files.writeString(file, FILES.getOrDefault(variable.getKey(), "{}"));
                value = file.toString();
            }
            if (value.startsWith("/var/lib/")) {
                value = dir.toString();
            }
            resolved.put(variable.getKey(), value);
        }
        return resolved;
    }

    private static ServeOptions serve(Map<String, String> environment) {
        List<ServeOptions> started = new ArrayList<>();
        StringWriter err = new StringWriter();
        int exit = new MeshCli(
                        environment, started::add, new PrintWriter(new StringWriter()), new PrintWriter(err, true))
                .run("serve");
        assertEquals(0, exit, err::toString);
        return started.getFirst();
    }

    private static Set<String> known() {
        StringWriter help = new StringWriter();
        new MeshCli(Map.of(), options -> {}, new PrintWriter(help, true), new PrintWriter(help, true))
                .run("serve", "--help");
        return Pattern.compile("SESSIONMESH_[A-Z0-9_]+")
                .matcher(help.toString())
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("variants")
    void a_node_starts_with_what_its_pod_is_told(String variant) throws IOException {
        for (Manifest workload : mesh(variant)) {
            Map<String, String> environment = resolved(PolicyTest.environment(workload));
            Set<String> unknown = new TreeSet<>(environment.keySet());
            unknown.removeAll(known());
            unknown.removeAll(NOT_OURS);
            unknown.removeIf(OPTIONAL.asMatchPredicate());
            assertEquals(Set.of(), unknown, workload.toString());

            ServeOptions options = serve(environment);
            assertEquals(Profile.KUBERNETES, options.cluster().profile());
            assertEquals("sessionmesh-0", options.name());
            assertEquals(workload.kind().equals("Deployment"), options.cluster().gateway());
            assertTrue(options.http().adminPort().isPresent());
            if (!options.cluster().gateway()) {
                assertEquals(
                        workload.number("spec.replicas"),
                        options.cluster().redundancy().membersExpected());
            }
            // The address of the test's machine is not a pod's.
            SelfCheck.Report report = SelfCheck.of(
                    options.cluster(),
                    Map.of(
                            "HTTP port", options.http().port(),
                            "admin port", options.http().adminPort().orElseThrow()),
                    List.of());
            Set<String> errors =
                    report.errors().stream().map(SelfCheck.Finding::code).collect(Collectors.toSet());
            errors.remove("loopback_in_kubernetes");
            assertEquals(Set.of(), errors);
            Set<String> warnings =
                    report.warnings().stream().map(SelfCheck.Finding::code).collect(Collectors.toSet());
            warnings.removeAll(variant.equals("dev") ? Set.of("no_backups") : Set.of("zones_needed"));
            assertEquals(Set.of(), warnings);
        }
    }

    @Test
    void a_pod_without_the_zone_that_it_needs_does_not_start() throws IOException {
        Map<String, String> environment =
                resolved(PolicyTest.environment(mesh("multi-zone").getFirst()));
        environment.put("SESSIONMESH_ZONE", "");
        StringWriter err = new StringWriter();
        int exit =
                new MeshCli(environment, options -> {}, new PrintWriter(err), new PrintWriter(err, true)).run("serve");
        assertEquals(2, exit);
        assertTrue(err.toString().contains("--zone-required"), err::toString);
    }

    @Test
    void the_charts_steps_of_an_orderly_stop_are_the_servers() throws IOException {
        Object read = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Chart.HOME.resolve("files/leave-times.yaml")));
        LeaveTimes server = LeaveTimes.usual();
        assertEquals(
                Map.of(
                        "clients", seconds(server.clients()),
                        "copies", seconds(server.copies()),
                        "farewell", seconds(server.farewell()),
                        "copiesAgain", seconds(server.copiesAgain()),
                        "handover", seconds(server.handover()),
                        "loops", seconds(server.loops())),
                read);
        assertEquals(LeaveTimes.class.getRecordComponents().length, ((Map<?, ?>) read).size());
    }

    private static int seconds(Duration duration) {
        assertFalse(duration.isZero());
        return (int) duration.toSeconds();
    }
}
