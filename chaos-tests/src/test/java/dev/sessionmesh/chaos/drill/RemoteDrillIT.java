package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The drill that SREs point at a cluster of theirs. */
@Timeout(180)
final class RemoteDrillIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int drill(Path dir, String target, String... arguments) {
        String[] all = new String[arguments.length + 7];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        String[] common = {"--target", target, "--sessions", "4", "--dir", dir.toString(), "--correctness-only"};
        System.arraycopy(common, 0, all, arguments.length, common.length);
        return DrillCommand.execute(new PrintStream(out, true, StandardCharsets.UTF_8), all);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static JsonObject report(Path dir) throws Exception {
        return new JsonObject(Files.readString(dir.resolve("remote").resolve("report.json")));
    }

    @Test
    void a_cluster_of_somebody_else_is_watched_killed_and_judged(@TempDir Path dir) throws Exception {
        try (Lab lab = Lab.start(LabPlan.of(3, 2, dir.resolve("lab")))) {
            String target = lab.urls().stream()
                    .map(url -> url.toString().replaceFirst("^http", "ws"))
                    .collect(Collectors.joining(","));

            assertEquals(0, drill(dir, target, "--observe", "--seconds", "2"), this::printed);
            assertEquals(0, report(dir).getJsonObject("figures").getInteger("kills"));

            assertEquals(2, drill(dir, target, "--kill-command", "exit 3", "--seconds", "1"), this::printed);

            String kill = "kill -9 " + lab.nodes().getLast().pid();
            assertEquals(0, drill(dir, target, "--kill-command", kill, "--seconds", "2"), this::printed);
            assertEquals(1, report(dir).getJsonObject("figures").getInteger("kills"));
            assertTrue(report(dir).getJsonObject("figures").getInteger("reconnects") > 0, this::printed);
            assertFalse(lab.nodes().getLast().running());

            URI survivor = lab.nodes().getFirst().url();
            assertEquals("[]", sessions(survivor), "it takes its sessions away again");
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
