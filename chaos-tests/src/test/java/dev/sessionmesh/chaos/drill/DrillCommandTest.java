package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrillCommandTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static Measure measure(long ms) {
        Histogram histogram = new Histogram(3);
        histogram.recordValue(ms * 1000);
        return Measure.of("something", histogram).p99AtMost(100);
    }

    private static Report report(Measure measure, List<String> problems) {
        return new Report(
                "demo",
                DrillSettings.small(3, 1),
                Map.of("kills", 1),
                List.of(measure),
                Map.of("a promise", problems),
                List.of());
    }

    @Test
    void without_a_name_the_drills_are_listed() {
        assertEquals(0, DrillCommand.execute(out));
        for (Drill drill : Drills.all()) {
            assertTrue(bytes.toString(StandardCharsets.UTF_8).contains(drill.name()));
        }
    }

    @Test
    void an_unknown_drill_or_option_could_not_be_run() {
        assertEquals(2, DrillCommand.execute(out, "nonsense"));
        assertEquals(2, DrillCommand.execute(out, "load", "--kills", "many"));
    }

    @Test
    void a_broken_promise_fails_and_is_named() {
        Report report = report(measure(50), List.of("s1 lost seq 7"));
        assertFalse(report.correct());
        assertFalse(report.passed());
        assertTrue(report.text().contains("s1 lost seq 7"));
        assertTrue(report.text().contains("FAIL"));
    }

    @Test
    void a_missed_target_is_told_from_a_broken_promise() {
        Report report = report(measure(150), List.of());
        assertTrue(report.correct());
        assertFalse(report.passed());
        assertTrue(report.text().contains("targets were missed"));
    }

    @Test
    void a_target_without_data_does_not_fail() {
        Report report = report(Measure.of("nothing", new Histogram(3)).p99AtMost(1), List.of());
        assertTrue(report.passed());
        assertTrue(report.text().contains("no data"));
    }

    @Test
    void the_report_is_left_for_people_and_for_machines(@TempDir Path dir) throws Exception {
        report(measure(50), List.of()).write(dir);
        assertTrue(Files.readString(dir.resolve("report.txt")).contains("verdict: pass"));
        var json = new JsonObject(Files.readString(dir.resolve("report.json")));
        assertTrue(json.getBoolean("passed"));
        assertEquals("met", json.getJsonArray("measures").getJsonObject(0).getString("verdict"));
    }
}
