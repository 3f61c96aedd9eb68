package dev.sessionmesh.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.cluster.HostPort;
import dev.sessionmesh.cluster.Profile;
import dev.sessionmesh.telemetry.trace.TraceSettings;
import dev.sessionmesh.tool.NodeTools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
    @TempDir
    private Path dir;

    @Test
    void without_anything_a_node_is_a_cluster_of_its_own_on_loopback() {
        ServeOptions options = MeshLine.of("serve").served();
        assertEquals(
                new ServeOptions.Http(
                        "127.0.0.1",
                        8080,
                        Optional.empty(),
                        Set.of("127.0.0.1"),
                        Set.of(),
                        Optional.empty(),
                        Optional.empty()),
                options.http());
        assertEquals(Profile.DEV, options.cluster().profile());
        assertTrue(options.cluster().join().alone());
        assertEquals("127.0.0.1", options.cluster().network().bindHost());
        assertEquals(6701, options.cluster().network().busPort());
        assertEquals("http://127.0.0.1:8080", options.cluster().node().publicUrl());
        assertEquals(new ServeOptions.Models("scripted", Optional.empty()), options.models());
        assertEquals(new ServeOptions.Metrics(Optional.empty(), 0), options.metrics());
        assertTrue(options.name().endsWith("-8080"), options.name());
    }

    @Test
    void a_gateway_is_told_so_and_operators_may_have_a_port_of_their_own() {
        ServeOptions options = MeshLine.of(
                        Map.of("SESSIONMESH_GATEWAY", "true", "SESSIONMESH_ADMIN_PORT", "8081"), "serve")
                .served();
        assertTrue(options.cluster().gateway());
        assertEquals(Optional.of(8081), options.http().adminPort());
        assertFalse(MeshLine.of("serve").served().cluster().gateway());
    }

    @Test
    void a_flag_beats_the_environment_which_beats_the_file() throws IOException {
        String file = file("http-port: 1\ncluster-port: 1\nzone: one\n");
        Map<String, String> environment = Map.of("SESSIONMESH_HTTP_PORT", "2", "SESSIONMESH_CLUSTER_PORT", "2");
        ServeOptions options = MeshLine.of(environment, "serve", "--config", file, "--http-port", "3")
                .served();
        assertEquals(3, options.http().port());
        assertEquals(2, options.cluster().network().memberPort());
        assertEquals(Optional.of("one"), options.cluster().place().zone());
    }

    @Test
    void the_file_can_be_named_by_the_environment() throws IOException {
        Map<String, String> environment = Map.of("SESSIONMESH_CONFIG", file("name: from-file"));
        assertEquals("from-file", MeshLine.of(environment, "serve").served().name());
    }

    @Test
    void an_empty_variable_counts_as_not_set() {
        Map<String, String> environment = Map.of("SESSIONMESH_HTTP_PORT", "", "SESSIONMESH_CONFIG", "");
        assertEquals(8080, MeshLine.of(environment, "serve").served().http().port());
    }

    @Test
    void scalars_in_the_file_stay_what_was_written() throws IOException {
        assertEquals(
                "007",
                MeshLine.of("serve", "--config", file("name: 007")).served().name());
    }

    @Test
    void peers_come_one_by_one_by_comma_and_as_a_list() throws IOException {
        List<HostPort> three = List.of(new HostPort("a", 1), new HostPort("b", 2), new HostPort("::1", 3));
        assertEquals(three, joined(MeshLine.of("serve", "--join", "a:1,b:2", "--join", "[::1]:3")));
        assertEquals(three, joined(MeshLine.of(Map.of("SESSIONMESH_JOIN", "a:1,b:2,[::1]:3"), "serve")));
        assertEquals(three, joined(MeshLine.of("serve", "--config", file("join: [\"a:1\", \"b:2\", \"[::1]:3\"]"))));
    }

    @Test
    void allowed_hosts_and_origins_come_one_by_one_by_comma_and_as_a_list() throws IOException {
        var expected = new ServeOptions.Http(
                "127.0.0.1",
                8080,
                Optional.empty(),
                Set.of("127.0.0.1", "a.example", "b"),
                Set.of("https://c", "http://d:81"),
                Optional.empty(),
                Optional.empty());
        String file = file("allow-host: [A.example, b]\nallow-origin: [\"https://C:443/\", \"http://d:81\"]");
        assertEquals(expected, MeshLine.of("serve", "--config", file).served().http());
        assertEquals(
                expected,
                MeshLine.of(
                                Map.of("SESSIONMESH_ALLOW_HOST", "a.example,b"),
                                "serve",
                                "--allow-origin",
                                "https://c",
                                "--allow-origin=http://d:81")
                        .served()
                        .http());
    }

    @Test
    void strict_can_be_switched_on_and_off_wherever_it_was_set() {
        Map<String, String> strict = Map.of("SESSIONMESH_STRICT", "true");
        assertTrue(MeshLine.of("serve", "--strict").served().cluster().strict());
        assertTrue(MeshLine.of(strict, "serve").served().cluster().strict());
        assertTrue(MeshLine.of(strict, "serve", "--strict").served().cluster().strict());
        assertFalse(MeshLine.of(strict, "serve", "--strict=false")
                .served()
                .cluster()
                .strict());
    }

    @Test
    void who_waits_for_five_nodes_expects_at_least_five() {
        var redundancy = MeshLine.of("serve", "--profile", "lan", "--initial-members", "5")
                .served()
                .cluster()
                .redundancy();
        assertEquals(5, redundancy.membersExpected());
        assertEquals(5, redundancy.initialMembers());
    }

    @Test
    void a_node_that_listens_everywhere_tells_no_address_of_its_own() {
        assertEquals(
                "",
                MeshLine.of("serve", "--http-host", "0.0.0.0", "--no-auth")
                        .served()
                        .cluster()
                        .node()
                        .publicUrl());
    }

    @Test
    void a_key_comes_from_the_environment_or_a_file_and_is_never_shown() throws IOException {
        Map<String, String> environment = Map.of("SESSIONMESH_OPENAI_API_KEY", "sk-very-secret");
        String keyFile = file("sk-very-secret\n");
        for (var line :
                List.of(MeshLine.of(environment, "serve"), MeshLine.of("serve", "--openai-key-file", keyFile))) {
            ServeOptions.OpenAi openAi = line.served().models().openAi().orElseThrow();
            assertEquals(URI.create("https://api.openai.com/v1"), openAi.url());
            assertEquals("sk-very-secret", openAi.key().orElseThrow().value());
            assertFalse(line.served().toString().contains("secret"));
        }
        assertFalse(MeshLine.of(environment, "serve", "--help").out().contains("sk-very"));
    }

    @Test
    void a_server_of_ones_own_needs_no_key() {
        ServeOptions.OpenAi openAi = MeshLine.of("serve", "--openai-url", "http://127.0.0.1:9/v1")
                .served()
                .models()
                .openAi()
                .orElseThrow();
        assertEquals(Optional.empty(), openAi.key());
        assertEquals(Duration.ofMinutes(10), openAi.first());
        assertEquals(Duration.ofMinutes(1), openAi.idle());
    }

    @Test
    void a_file_names_the_tools_and_its_mistakes_are_told_before_anything_starts() throws IOException {
        assertEquals(NodeTools.NONE, MeshLine.of("serve").served().tools());
        Path file = dir.resolve("tools.json");
        Files.writeString(file, "{\"mcp\":{\"search\":{\"url\":\"http://127.0.0.1:9/mcp\"}}}");
        Map<String, String> environment = Map.of("SESSIONMESH_TOOLS", file.toString());
        assertEquals(
                Set.of("search"),
                MeshLine.of(environment, "serve").served().tools().mcp().keySet());
        Files.writeString(file, "{\"mcp\":{\"search\":{\"url\":\"nowhere\"}}}");
        MeshLine refused = MeshLine.of("serve", "--tools", file.toString());
        assertEquals(2, refused.exit());
        assertTrue(refused.err().contains("--tools " + file + ": bad_url: mcp.search.url is not"), refused.err());
    }

    @Test
    void traces_go_nowhere_unless_an_address_is_given() {
        assertEquals(Optional.empty(), MeshLine.of("serve").served().traces());
        Map<String, String> environment =
                Map.of("SESSIONMESH_TRACE_ENDPOINT", "http://collector:4318", "SESSIONMESH_TRACE_SAMPLE", "0.25");
        TraceSettings traces = MeshLine.of(environment, "serve", "--trace-content")
                .served()
                .traces()
                .orElseThrow();
        assertEquals(
                new TraceSettings(URI.create("http://collector:4318/v1/traces"), 0.25, Optional.empty(), false, true),
                traces);
        String elsewhere = "https://traces.example/otlp/v1/traces";
        assertEquals(
                URI.create(elsewhere),
                MeshLine.of("serve", "--trace-endpoint", elsewhere)
                        .served()
                        .traces()
                        .orElseThrow()
                        .endpoint());
        MeshLine refused = MeshLine.of("serve", "--trace-endpoint", elsewhere, "--trace-sample", "7");
        assertEquals(2, refused.exit());
        assertTrue(refused.err().contains("the ratio must be 0 to 1, not 7"), refused.err());
    }

    @Test
    void openai_alone_stands_for_the_model_that_was_named() {
        Map<String, String> environment =
                Map.of("SESSIONMESH_OPENAI_MODEL", "tiny", "SESSIONMESH_OPENAI_FIRST_EVENT_TIMEOUT", "900");
        var models = MeshLine.of(environment, "serve", "--model", "openai", "--openai-url", "http://127.0.0.1:9/v1")
                .served()
                .models();
        assertEquals("openai", models.model());
        assertEquals("tiny", models.openAi().orElseThrow().model());
        assertEquals(Duration.ofMinutes(15), models.openAi().orElseThrow().first());
    }

    private static List<HostPort> joined(MeshLine line) {
        return line.served().cluster().join().members();
    }

    private String file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(dir, "a", ".txt"), content)
                .toString();
    }
}
