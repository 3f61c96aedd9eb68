package dev.sessionmesh.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeRefusalsTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --http-port | 99999          | --http-port must be 0 to 65535, not 99999
            --admin-port | -1            | --admin-port must be 0 to 65535, not -1
            --http-port | many           | 'many' is not an int
            --join      | nowhere        | host:port expected, not nowhere
            --model     | openai         | --model openai names no model
            --openai-first-event-timeout | 0 | --openai-first-event-timeout must be 1 to 86400
            --public-url | 10.0.0.1:80   | --public-url must be an http or https URL with a host
            --allow-origin | a.example   | --allow-origin must be an http or https URL with a host
            --allow-host | a.example:80  | --allow-host must be a host name without a port
            --zone-required | true       | --zone-required, and there is none
            --backups   | 7              | backups must be 0 to 6, not 7
            --profile   | moon           | was 'moon'
            --name      | 'not a name'   | node name must be letters
            --http-prot | 1              | --http-port
            --openai-url | ftp://x/      | --openai-url must be an http or https URL
            --openai-url | http://a:b@c/ | --openai-url must not carry a user or password
            --openai-key-file | /nowhere | --openai-key-file /nowhere can't be read
            --http-host | 0.0.0.0        | nobody would have to prove who he is
            --http-host | 10.1.2.3       | nobody would have to prove who he is
            --jwks-url  | ftp://x/       | --jwks-url must be an http or https URL
            --jwks-url  | http://keys.example/set | asked in plain text
            --trust-proxy | balancer     | --trust-proxy: not an address or a range
            --trust-proxy | 10.0.0.0/40  | --trust-proxy: an address has no 40 bits
            --jwks-url  | keys           | --jwks-url must be an http or https URL
            --jwks-url  | https://a:b@c/ | --jwks-url must not carry a user or password
            --trace-endpoint | ftp://x/      | must be an http or https URL with a host
            --trace-endpoint | http://a:b@c/ | must not carry a user or password
            --trace-content  | true          | nothing is traced without --trace-endpoint
            --trace-headers-file | x         | nothing is traced without --trace-endpoint
            --jwt-issuer | me            | need keys
            --config    | /nowhere       | configuration file /nowhere can't be read
            --metrics-tenants | 1001     | --metrics-tenants must be 0 to 1000, not 1001
            --metrics-token-file | /nowhere | --metrics-token-file /nowhere can't be read
            --tools     | /nowhere       | --tools /nowhere: unreadable: it can't be read as text
            """)
    void a_wrong_value_is_refused_and_named(String flag, String value, String says) {
        assertRefused(MeshLine.of("serve", flag, value), says);
    }

    @Test
    void a_login_to_sentinels_is_for_sentinels_and_has_a_password() {
        assertRefused(
                MeshLine.of("serve", "--archive-redis", "redis://r", "--archive-sentinel-password-file", "x"),
                "a login to Sentinels needs a redis-sentinel URL");
        assertRefused(
                MeshLine.of("serve", "--archive-redis", "redis-sentinel://r/m", "--archive-sentinel-user", "watch"),
                "a user of Redis needs a file with the password");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'http-prot: 1'              | unknown key 'http-prot'
            'config: other.yaml'        | unknown key 'config'
            'openai-api-key: sk-secret' | unknown key 'openai-api-key'
            'http-port: {a: b}'         | 'http-port' must be a value or a list of values
            '- a'                       | a mapping of options expected
            'name: [unclosed'           | not readable as YAML
            """)
    void a_wrong_file_is_refused_with_its_name_and_the_key(String content, String says) throws IOException {
        Path file = Files.writeString(dir.resolve("mesh.yaml"), content);
        MeshLine line = MeshLine.of("serve", "--config", file.toString());
        assertRefused(line, says);
        assertTrue(line.err().contains(file.toString()), line.err());
        assertFalse(line.err().contains("sk-secret"), line.err());
    }

    @Test
    void keys_come_in_plain_text_from_this_machine_or_where_that_is_meant() {
        for (String[] given : new String[][] {
            {"--jwks-url", "http://127.0.0.1:9/set"},
            {"--jwks-url", "http://[::1]:9/set"},
            {"--jwks-url", "http://localhost/set"},
            {"--jwks-url", "https://keys.example/set"},
            {"--jwks-url", "http://keys.example/set", "--jwks-allow-http"}
        }) {
            String[] line = Stream.concat(Stream.of("serve"), Stream.of(given)).toArray(String[]::new);
            assertTrue(MeshLine.of(line).served().auth().tokens().isPresent(), String.join(" ", line));
        }
    }

    @Test
    void whoever_gives_keys_wants_them_asked_for() {
        assertRefused(MeshLine.of("serve", "--jwt-keys", "keys.json", "--no-auth"), "contradicts");
        assertTrue(MeshLine.of("serve", "--http-host", "0.0.0.0", "--jwt-keys", "keys.json")
                .served()
                .auth()
                .tokens()
                .isPresent());
    }

    @Test
    void a_huge_file_is_refused_unread() throws IOException {
        Path file = Files.writeString(dir.resolve("mesh.yaml"), "#".repeat(ConfigFile.BYTES_MAX + 1));
        assertRefused(MeshLine.of("serve", "--config", file.toString()), "more than " + ConfigFile.BYTES_MAX);
    }

    @Test
    void two_sources_of_a_key_are_refused() throws IOException {
        Path file = Files.writeString(dir.resolve("key"), "sk-a");
        Map<String, String> environment = Map.of("SESSIONMESH_OPENAI_API_KEY", "sk-b");
        assertRefused(MeshLine.of(environment, "serve", "--openai-key-file", file.toString()), "keep one");
    }

    @Test
    void a_node_that_cannot_start_says_why_and_fails() {
        MeshLine line = MeshLine.starting(
                options -> {
                    throw new IllegalStateException("the port is taken", new IOException("Address already in use"));
                },
                "serve");
        assertEquals(1, line.exit());
        assertTrue(line.err().contains("serve failed: the port is taken: Address already in use"), line.err());
    }

    private static void assertRefused(MeshLine line, String says) {
        assertEquals(2, line.exit(), line.err());
        assertTrue(line.err().contains(says), line.err());
        assertTrue(line.started().isEmpty());
    }
}
