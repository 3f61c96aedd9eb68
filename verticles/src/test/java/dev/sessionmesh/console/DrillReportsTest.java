package dev.sessionmesh.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrillReportsTest {
    @TempDir
    private Path dir;

    private Path shown;
    private DrillReports reports;

    @BeforeEach
    void leave() throws IOException {
        shown = Files.createDirectory(dir.resolve("shown"));
        reports = new DrillReports(shown);
        report(shown.resolve("tour"), 2_000);
        report(dir.resolve("secret"), 3_000);
        Files.writeString(dir.resolve("report.json"), "{\"drill\":\"outside\"}");
    }

    private static void report(Path run, long at) throws IOException {
        Files.createDirectories(run);
        String name = String.valueOf(run.getFileName());
        Files.writeString(run.resolve("report.json"), "{\"drill\":\"" + name + "\",\"passed\":true,\"lines\":[1]}");
        Files.setLastModifiedTime(run.resolve("report.json"), FileTime.fromMillis(at));
        Files.writeString(run.resolve("report.html"), "<title>" + name + "</title>");
    }

    @Test
    void reports_are_listed_newest_first_and_read_by_name() throws IOException {
        report(shown.resolve("kill-runner"), 5_000);
        report(shown.resolve("drain"), 1_000);
        Files.createDirectory(shown.resolve("n1"));
        List<JsonObject> list = reports.list();
        assertEquals(
                List.of("kill-runner", "tour", "drain"),
                list.stream().map(row -> row.getString("name")).toList());
        assertEquals(
                new JsonObject()
                        .put("name", "kill-runner")
                        .put("at", "1970-01-01T00:00:05Z")
                        .put("page", true)
                        .put("drill", "kill-runner")
                        .put("passed", true),
                list.getFirst());
        assertEquals(
                "tour",
                reports.read("tour").orElseThrow().getJsonObject("report").getString("drill"));
        assertEquals("<title>tour</title>", new String(reports.page("tour").orElseThrow(), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../secret",
                "..\\secret",
                "tour/../../secret",
                "/etc",
                "./tour",
                "tour/",
                "tour\0",
                "tour/.",
                "~",
                "none",
                "%2e%2e",
                "-x"
            })
    void no_name_leads_out_of_the_directory(String name) throws IOException {
        assertTrue(reports.read(name).isEmpty());
        assertTrue(reports.page(name).isEmpty());
    }

    @Test
    void what_links_lead_out_to_is_not_there() throws IOException {
        Files.createSymbolicLink(shown.resolve("link"), dir.resolve("secret"));
        Path half = Files.createDirectory(shown.resolve("half"));
        Files.createSymbolicLink(half.resolve("report.json"), dir.resolve("report.json"));
        Files.createSymbolicLink(half.resolve("report.html"), half.resolve("report.html"));
        for (String name : List.of("link", "half")) {
            assertTrue(reports.read(name).isEmpty(), name);
            assertTrue(reports.page(name).isEmpty(), name);
        }
        assertEquals(1, reports.list().size());
        Files.createSymbolicLink(shown.resolve("again"), shown.resolve("tour"));
        assertTrue(reports.read("again").isPresent(), "within the directory it may be called as one likes");
    }

    @Test
    void the_directory_itself_may_be_a_link_or_not_there_yet() throws IOException {
        Path link = Files.createSymbolicLink(dir.resolve("link"), shown);
        assertTrue(new DrillReports(link).read("tour").isPresent());
        DrillReports none = new DrillReports(dir.resolve("later"));
        assertEquals(List.of(), none.list());
        assertTrue(none.read("tour").isEmpty());
    }

    @Test
    void what_is_too_large_or_no_json_is_named_and_not_read() throws IOException {
        Path large = Files.createDirectory(shown.resolve("large"));
        for (var file : List.of("report.json", "report.html")) {
            try (RandomAccessFile sparse =
                    new RandomAccessFile(large.resolve(file).toFile(), "rw")) {
                sparse.setLength(DrillReports.PAGE_BYTES + 1L);
            }
        }
        Files.writeString(Files.createDirectory(shown.resolve("odd")).resolve("report.json"), "[1]");
        Files.writeString(Files.createDirectory(shown.resolve("cut")).resolve("report.json"), "{\"drill\":");
        for (String name : List.of("large", "odd", "cut")) {
            assertTrue(reports.read(name).isEmpty(), name);
            JsonObject row = reports.list().stream()
                    .filter(each -> each.getString("name").equals(name))
                    .findFirst()
                    .orElseThrow();
            assertTrue(row.containsKey("problem"), name);
        }
        assertTrue(reports.page("large").isEmpty());
        assertFalse(reports.list().getLast().containsKey("problem"), "the good one is still there");
    }

    @Test
    void only_so_many_are_listed() throws IOException {
        for (int i = 0; i < DrillReports.LISTED + 5; i++) {
            report(shown.resolve("run-" + i), 10_000 + i);
        }
        List<JsonObject> list = reports.list();
        assertEquals(DrillReports.LISTED, list.size());
        assertEquals("run-" + (DrillReports.LISTED + 4), list.getFirst().getString("name"));
    }
}
