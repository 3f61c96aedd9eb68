package dev.sessionmesh.telemetry.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Prometheus' own tool on the alert rules: whether they can be read, and whether they fire when they shall. */
@Timeout(120)
final class PromtoolTest {
    private static final Path RULES = Path.of("../k8s/chart/files/alerts");
    private static final Path CASES = Path.of("src/test/alerts");
    private String promtool = "";

    @BeforeEach
    void find() {
        Optional<String> found = Stream.concat(
                        Stream.of(Path.of("../.mesh/tools/promtool")),
                        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                                .map(folder -> Path.of(folder, "promtool")))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        // In CI it is fetched; whoever has none is told that the alerts were not tried.
        boolean needed = "true".equals(System.getenv("CI"));
        if (found.isEmpty() && !needed) {
            System.err.println("LEFT OUT: alerts are not tried, there is no promtool (Debian's package prometheus)");
        }
        assumeTrue(found.isPresent() || needed, "there is no promtool");
        promtool = found.orElseThrow(() -> new AssertionError("there is no promtool"));
    }

    @Test
    void the_rules_can_be_read() throws Exception {
        String said = run("check", "rules", RULES);
        assertTrue(said.contains("SUCCESS: "), said);
    }

    @Test
    void every_alert_fires_when_it_shall_and_is_silent_when_it_shall() throws Exception {
        String said = run("test", "rules", CASES);
        assertEquals(files(CASES).size(), said.split("SUCCESS", -1).length - 1, said);
    }

    @Test
    void a_page_that_a_node_shows_can_be_read() throws Exception {
        Metrics metrics = new Metrics(Catalogue.load());
        metrics.counters("sessionmesh_turns_ended_total", "status", Status.class)
                .increment(Status.FAILED);
        metrics.histogram("sessionmesh_takeover_seconds").millis(300);
        metrics.level("sessionmesh_tabs").up();
        JvmMeters.of(metrics).close();
        Process lint = new ProcessBuilder(promtool, "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var page = lint.getOutputStream()) {
            page.write(Exposition.of(metrics, "").body());
        }
        String said = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(lint.waitFor(30, TimeUnit.SECONDS));
        // Micrometer's own names are as they are.
        String ours = String.join(
                "\n",
                said.lines().filter(line -> line.startsWith("sessionmesh_")).toList());
        assertEquals("", ours);
        assertTrue(lint.exitValue() == 0 || lint.exitValue() == 3, said);
    }

    private enum Status {
        COMPLETED,
        FAILED,
        CANCELLED,
        EXPIRED
    }

    private String run(String verb, String what, Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(promtool, verb, what));
        files(folder).forEach(file -> command.add(file.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }
}
