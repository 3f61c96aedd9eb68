package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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

    private static Report report(Measure measure, List<String> problems, Line... lines) {
        return new Report(
                "demo",
                DrillSettings.small(3, 1),
                List.of(lines),
                List.of(measure),
                Map.of("a promise", problems),
                List.of(),
                List.of(),
                Map.of("kills", 1),
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
        assertTrue(report.text().contains("every promise was kept, targets were missed"));
    }

    @Test
    void a_target_without_data_does_not_fail() {
        Report report = report(Measure.of("nothing", new Histogram(3)).p99AtMost(1), List.of());
        assertTrue(report.passed());
        assertTrue(report.text().contains("no data, as nothing gave occasion: nothing"));
    }

    @Test
    void the_report_is_left_for_people_and_for_machines(@TempDir Path dir) throws Exception {
        var unused = report(measure(50), List.of()).write(dir, new History());
        assertTrue(Files.readString(dir.resolve("report.txt")).contains("verdict: PASS"));
        var json = new JsonObject(Files.readString(dir.resolve("report.json")));
        assertTrue(json.getBoolean("passed"));
        assertEquals("pass", json.getJsonArray("measures").getJsonObject(0).getString("verdict"));
        assertTrue(Files.readString(dir.resolve("report.html")).contains("<span class=\"badge pass\">PASS"));
    }

    /** One event, which names {@code pos} to the tab and another to the log unless it is "p1". */
    private static Run run(String pos) {
        History history = new History();
        history.add(new Entry.Opened(new Stamp(0, 0), "tab", "s1", 0));
        history.add(new Entry.Following(new Stamp(1, 1_000_000), "tab", "s1", "n1", -1, 0));
        history.add(new Entry.Nemesis(new Stamp(2, 2_000_000), Timings.KILL, "n2"));
        history.add(new Entry.Received(new Stamp(3, 3_000_000), "tab", "s1", named(pos)));
        history.add(new Entry.Nemesis(new Stamp(4, 4_000_000), "start", "n2"));
        return new Run(
                "demo",
                DrillSettings.small(3, 1).withSeed(7),
                history,
                Map.of("s1", List.of(named("p1"))),
                Map.of("a <finding>", List.of()),
                List.of(measure(50)),
                Optional.of(Map.of("fenced", 3L)),
                List.of("a note"));
    }

    private static Seen named(String pos) {
        return Seen.event("history", 1, new JsonObject().put("pos", pos));
    }

    @Test
    void a_run_that_was_kept_is_judged_again(@TempDir Path dir) throws Exception {
        run("p1").write(dir);
        assertEquals(
                0, DrillCommand.execute(out, "check", dir.toString()), () -> bytes.toString(StandardCharsets.UTF_8));
        String page = Files.readString(dir.resolve("report.html"));
        assertTrue(page.contains("a &lt;finding&gt;"), page);
        assertTrue(page.contains("<rect class=\"down\""), page);
        assertEquals(Run.read(dir).judge().text(), run("p1").judge().text());
    }

    @Test
    void a_run_that_was_kept_and_is_wrong_fails_again(@TempDir Path dir) {
        run("p2").write(dir);
        assertEquals(1, DrillCommand.execute(out, "check", dir.toString()));
        assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("at seq 1 it was shown"));
    }

    @Test
    void a_history_that_was_tampered_with_fails(@TempDir Path dir) throws Exception {
        run("p1").write(dir);
        Path history = dir.resolve("history.jsonl");
        List<String> lines = Files.readAllLines(history);
        Files.write(
                history,
                lines.stream().filter(line -> !line.contains("\"received\"")).toList());
        assertEquals(1, DrillCommand.execute(out, "check", dir.toString()), "a tab was never told");
        Files.write(
                history, lines.stream().map(line -> line.replace("p1", "p9")).toList());
        assertEquals(1, DrillCommand.execute(out, "check", dir.toString()));
        Files.write(history, List.of());
        Files.write(dir.resolve("logs.jsonl"), List.of());
        assertEquals(2, DrillCommand.execute(out, "check", dir.toString()), "an empty run shows nothing");
        assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("UNKNOWN"));
        Files.write(history, List.of("{\"is\":\"received\"}"));
        assertEquals(2, DrillCommand.execute(out, "check", dir.toString()));
    }

    @Test
    void a_line_that_cannot_be_judged_is_no_pass_and_no_failure() {
        Report report = report(measure(50), List.of(), Line.all("commands seen", 0, 1, Verdict.UNKNOWN));
        assertEquals(Verdict.UNKNOWN, report.verdict());
        assertTrue(report.text().contains("commands seen"), report::text);
        assertEquals(
                Verdict.FAIL,
                report(measure(150), List.of(), Line.all("x", 0, 1, Verdict.UNKNOWN))
                        .verdict());
    }

    @Test
    void no_name_is_more_than_text_and_the_page_asks_nobody_for_anything(@TempDir Path dir) throws Exception {
        String evil = "<img src=https://evil.example onerror='x'>\"&";
        Run run = run("p2");
        run.history().add(new Entry.Nemesis(new Stamp(9, 9_000_000), "kill", evil));
        run = new Run(
                evil,
                run.settings(),
                run.history(),
                Map.of("s1", List.of(named(evil))),
                Map.of(evil, List.of(evil)),
                List.of(),
                Optional.empty(),
                List.of(evil));
        run.write(dir);
        assertEquals(1, DrillCommand.execute(out, "check", dir.toString()));
        String page = Files.readString(dir.resolve("report.html"));
        assertTrue(page.contains("&lt;img src=https://evil.example onerror=&#39;x&#39;&gt;&quot;&amp;"), page);
        String tags = String.join(
                "",
                Pattern.compile("<[^>]*>")
                        .matcher(page)
                        .results()
                        .map(MatchResult::group)
                        .toList());
        assertFalse(tags.contains("evil") && tags.contains("<img"), tags);
        assertFalse(
                Pattern.compile(
                                "(?i)<(script|link|img|iframe|object|embed|base)|url\\(|@import|\\s(src|href|on[a-z]+)\\s*=")
                        .matcher(tags + style(page))
                        .find(),
                page);
    }

    private static String style(String page) {
        return page.substring(page.indexOf("<style>"), page.indexOf("</style>"));
    }

    @Test
    void what_cannot_be_judged_again_is_said(@TempDir Path dir) throws Exception {
        assertEquals(2, DrillCommand.execute(out, "check"));
        assertEquals(2, DrillCommand.execute(out, "check", dir.toString()));
        run("p1").write(dir);
        Files.writeString(dir.resolve("run.json"), "{");
        assertEquals(2, DrillCommand.execute(out, "check", dir.toString()));
    }

    @Test
    void another_cluster_is_observed_or_killed_by_command() {
        assertEquals(2, DrillCommand.execute(out, "--target", "http://127.0.0.1:1"));
        assertEquals(
                2, DrillCommand.execute(out, "--target", "http://127.0.0.1:1", "--observe", "--kill-command", "x"));
        assertEquals(2, DrillCommand.execute(out, "load", "--target", "http://127.0.0.1:1", "--observe"));
        assertEquals(2, DrillCommand.execute(out, "--target", "https://me:secret@host", "--observe"));
        assertEquals(2, DrillCommand.execute(out, "--target", "https://host?token=secret", "--observe"));
        assertFalse(bytes.toString(StandardCharsets.UTF_8).contains("secret"));
    }
}
