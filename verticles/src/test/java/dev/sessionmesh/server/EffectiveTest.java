package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.server.cli.MeshCli;
import dev.sessionmesh.server.cli.ServeOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveTest {
    private static final String SECRET = "hush-9f2c";

    @TempDir
    private Path dir;

    private static ServeOptions options(Map<String, String> environment, String... line) {
        AtomicReference<ServeOptions> given = new AtomicReference<>();
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        assertEquals(0, new MeshCli(environment, given::set, writer, writer).run(line), said.toString());
        return given.get();
    }

    @Test
    void no_secret_is_shown() throws IOException {
        Files.writeString(dir.resolve("files.headers"), "Authorization: Bearer " + SECRET + "\n");
        Path tools = Files.writeString(
                dir.resolve("tools.json"),
                "{\"mcp\": {\"files\": {\"url\": \"https://files.example/mcp?key=" + SECRET
                        + "\", \"headersFile\": \"files.headers\"}}}");
        ServeOptions options = options(
                Map.of(
                        "SESSIONMESH_ADMIN_TOKEN", SECRET,
                        "SESSIONMESH_OPENAI_API_KEY", SECRET,
                        "SESSIONMESH_OPENAI_URL", "https://models.example/v1?key=" + SECRET),
                "serve",
                "--jwks-url",
                "https://issuer.example/keys?key=" + SECRET,
                "--tools",
                tools.toString());
        JsonObject shown = Effective.of(options, Limits.DEFAULT);
        assertFalse(shown.encode().contains(SECRET), shown.encodePrettily());
        JsonObject settings = shown.getJsonObject("settings");
        assertEquals("set", settings.getString("admin token"));
        assertEquals("set", settings.getString("OpenAI key"));
        assertEquals("https://models.example/v1", settings.getString("OpenAI address"));
        assertEquals("https://issuer.example/keys", settings.getString("token keys' address"));
        assertEquals("files", settings.getString("MCP servers"));
    }

    @Test
    void what_was_not_given_is_said_to_be_none_and_findings_are_told() {
        JsonObject shown = Effective.of(options(Map.of(), "serve", "--profile=lan", "--members=2"), Limits.DEFAULT);
        JsonObject settings = shown.getJsonObject("settings");
        assertEquals("none: this machine only", settings.getString("admin token"));
        assertEquals("none", settings.getString("OpenAI address"));
        assertEquals("are believed", settings.getString("callers"));
        assertTrue(shown.getJsonArray("findings").encode().contains("two_nodes"), shown.encodePrettily());
        assertEquals("2097152", shown.getJsonObject("limits").getString("frameBytes"));
        assertEquals("250 ms", shown.getJsonObject("limits").getString("presenceInterval"));
        assertTrue(shown.getJsonObject("versions").getString("java").startsWith("25"));
    }

    @Test
    void of_an_address_only_what_is_no_secret_is_left() {
        assertEquals("http://h:81/p", Effective.bare(URI.create("http://u:p@h:81/p?q=1#f")));
    }
}
