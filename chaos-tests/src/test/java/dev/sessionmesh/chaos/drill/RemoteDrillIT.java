package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The drill that SREs point at a cluster of theirs. */
@Timeout(180)
final class RemoteDrillIT {

    private static final String SECRET = "a-secret-that-no-file-may-hold";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final EarlyEnd early = new EarlyEnd();

    private int drill(String... arguments) {
        Map<String, String> environment =
                Map.of("SESSIONMESH_TOKEN", SECRET, "SESSIONMESH_ADMIN_TOKEN", Operator.TOKEN);
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        return DrillCommand.execute(new DrillCommand(print, environment, early), arguments);
    }

    private int drill(Path dir, String target, String... arguments) {
        List<String> common = List.of("--target", target, "--sessions", "4", "--dir", dir.toString());
        return drill(Stream.concat(common.stream(), Stream.of(arguments)).toArray(String[]::new));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static JsonObject report(Path dir) throws Exception {
        return new JsonObject(Files.readString(dir.resolve("remote").resolve("report.json")));
    }

    private static JsonObject line(JsonObject report, String name) {
        return report.getJsonArray("lines").stream()
                .map(JsonObject.class::cast)
                .filter(line -> line.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_cluster_of_somebody_else_is_watched_killed_and_judged(@TempDir Path dir) throws Exception {
        LabPlan plan = Operator.admitted(LabPlan.of(3, 2, dir.resolve("lab")));
        try (Lab lab = Lab.start(plan)) {
            String target = lab.urls().stream()
                    .map(url -> url.toString().replaceFirst("^http", "ws"))
                    .collect(Collectors.joining(","));

            assertEquals(2, drill(dir, target, "--kill-command", "exit 3", "--seconds", "1"), this::printed);

            assertEquals(2, drill(dir, target, "--kill-command", "true", "--seconds", "1"), this::printed);
            assertEquals(
                    "unknown",
                    line(report(dir), "kill commands whose effect was seen").getString("verdict"));

            String kill = "kill -9 " + lab.nodes().getLast().pid() + " # " + SECRET;
            int killed = drill(dir, target, "--kill-command", kill, "--seconds", "2", "--correctness-only");
            assertEquals(0, killed, this::printed);
            assertFalse(lab.nodes().getLast().running());
            JsonObject report = report(dir);
            assertEquals(1, report.getJsonObject("figures").getInteger("kills"));
            for (String name : List.of("kill commands whose effect was seen", "reconnects", "resume hits")) {
                assertEquals("pass", line(report, name).getString("verdict"), this::printed);
            }
            assertNotEquals("not known", line(report, "fence rejects").getString("value"));
            String history = Files.readString(dir.resolve("remote").resolve("history.jsonl"));
            assertTrue(history.contains("\"act\":\"left\""), "who left is in the history");
            assertEquals(0, drill("check", dir.resolve("remote").toString(), "--correctness-only"));
            assertEquals(report, report(dir), "judged again it is the same");
            holdsNoSecret(dir.resolve("remote"));

            // As with Ctrl-C: a minute was asked for.
            early.ask();
            assertEquals(0, drill(dir, target, "--observe", "--correctness-only"), this::printed);
            assertEquals(0, report(dir).getJsonObject("figures").getInteger("kills"));

            URI survivor = lab.nodes().getFirst().url();
            assertEquals("[]", sessions(survivor), "it takes its sessions away again");
            assertFalse(printed().contains(SECRET), this::printed);
        }
    }

    private static void holdsNoSecret(Path dir) throws Exception {
        try (Stream<Path> files = Files.list(dir)) {
            for (Path file : files.toList()) {
                String content = Files.readString(file);
                assertFalse(content.contains(SECRET) || content.contains(Operator.TOKEN), file::toString);
            }
        }
    }

    private static String sessions(URI node) throws Exception {
        try (var in = node.resolve("/v1/sessions").toURL().openStream()) {
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getJsonArray("sessions")
                    .encode();
        }
    }
}
