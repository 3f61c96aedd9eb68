package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a drill found. What each line means, and what to do when it fails, is in docs/runbook.md under its name.
 *
 * @param lines what was counted, with what was wanted
 * @param promises each promise with the ways in which it was broken; none means kept
 * @param failovers what each session went through that lost a runner
 * @param unknown commands of which nobody was told whether they took effect
 * @param figures plain numbers about the run: turns, events, deliveries
 * @param notes what was seen beside that
 */
public record Report(
        String drill,
        DrillSettings settings,
        List<Line> lines,
        List<Measure> measures,
        Map<String, List<String>> promises,
        List<Failover> failovers,
        List<String> unknown,
        Map<String, Number> figures,
        List<String> notes) {

    private static final int SHOWN = 10;

    /** Whether every promise was kept, however long it took. */
    public boolean correct() {
        return promises.values().stream().allMatch(List::isEmpty);
    }

    /** The promises that were broken, each with the first of its problems. */
    String broken() {
        return promises.entrySet().stream()
                .filter(promise -> !promise.getValue().isEmpty())
                .map(promise -> promise.getKey() + ": " + promise.getValue().getFirst())
                .collect(Collectors.joining("; ", "BROKEN: ", ""));
    }

    /** What all lines say together. */
    Verdict verdict() {
        if (!correct() || verdicts().anyMatch(Verdict.FAIL::equals)) {
            return Verdict.FAIL;
        }
        return verdicts().anyMatch(Verdict.UNKNOWN::equals) ? Verdict.UNKNOWN : Verdict.PASS;
    }

    private Stream<Verdict> verdicts() {
        return Stream.concat(
                lines.stream().map(Line::verdict), measures.stream().map(Measure::verdict));
    }

    /** Whether every target was met as well. */
    public boolean passed() {
        return verdict() == Verdict.PASS;
    }

    /** Whatever keeps the run from having passed, by name, with what was seen. */
    Map<String, String> amiss() {
        Map<String, String> amiss = new LinkedHashMap<>();
        promises.forEach((promise, problems) -> {
            if (!problems.isEmpty()) {
                amiss.put(promise, problems.getFirst());
            }
        });
        lines.stream()
                .filter(line -> line.verdict() == Verdict.FAIL || line.verdict() == Verdict.UNKNOWN)
                .forEach(line -> amiss.put(line.name(), line.value() + ", wanted: " + line.target()));
        measures.stream()
                .filter(measure -> measure.verdict() == Verdict.FAIL)
                .forEach(measure -> amiss.put(measure.name(), measure.missed()));
        return amiss;
    }

    /** The verdict in words. */
    String said() {
        return switch (verdict()) {
            case PASS -> "PASS";
            case FAIL -> correct() ? "FAIL: every promise was kept, targets were missed" : "FAIL";
            case UNKNOWN, NO_DATA, NO_TARGET -> "UNKNOWN: nothing failed, and something could not be judged";
        };
    }

    /** For a person. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "drill %s: %d nodes, %d backups, %d sessions of %d tabs%n",
                drill,
                settings.nodes(),
                settings.backups(),
                settings.sessions(),
                settings.tabs()));
        figures.forEach((name, value) -> line(text, String.format(Locale.ROOT, "%-46s %s", name, value)));
        measures.stream()
                .filter(measure -> measure.verdict() != Verdict.NO_DATA)
                .forEach(measure -> line(text, measure.line()));
        List<SessionRto> sessions = SessionRto.of(failovers);
        sessions.stream().limit(SHOWN).forEach(session -> line(text, session.text()));
        if (sessions.size() > SHOWN) {
            line(text, "and of " + (sessions.size() - SHOWN) + " quicker sessions");
        }
        lines.stream().filter(line -> line.verdict() != Verdict.NO_DATA).forEach(line -> line(text, line.text()));
        String without = Stream.concat(
                        measures.stream()
                                .filter(measure -> measure.verdict() == Verdict.NO_DATA)
                                .map(Measure::name),
                        lines.stream()
                                .filter(line -> line.verdict() == Verdict.NO_DATA)
                                .map(Line::name))
                .collect(Collectors.joining("; "));
        if (!without.isEmpty()) {
            line(text, "no data, as nothing gave occasion: " + without);
        }
        promises.forEach((promise, problems) -> {
            line(text, String.format(Locale.ROOT, "%-72s %s", promise, word(problems)));
            some(text, problems);
        });
        line(text, "unknown outcomes: " + unknown.size());
        some(text, unknown);
        notes.forEach(note -> line(text, "note: " + note));
        line(text, "verdict: " + said());
        if (!passed()) {
            line(text, "what each line means and what to do about it: docs/runbook.md");
        }
        return text.toString();
    }

    /** What a report says of a promise. */
    static String word(List<String> problems) {
        return Verdict.of(problems.isEmpty()).word();
    }

    private static void line(StringBuilder text, String line) {
        text.append("  ").append(line).append(System.lineSeparator());
    }

    private static void some(StringBuilder text, List<String> all) {
        all.stream().limit(SHOWN).forEach(one -> line(text, "    " + one));
        if (all.size() > SHOWN) {
            line(text, "    and " + (all.size() - SHOWN) + " more");
        }
    }

    private JsonObject json(List<Entry> entries) {
        long startNs = entries.isEmpty() ? 0 : entries.getFirst().at().ns();
        JsonObject promised = new JsonObject();
        promises.forEach((promise, problems) -> promised.put(promise, new JsonArray(problems)));
        JsonObject numbers = new JsonObject();
        figures.forEach(numbers::put);
        return new JsonObject()
                .put("drill", drill)
                .put("nodes", settings.nodes())
                .put("backups", settings.backups())
                .put("sessions", settings.sessions())
                .put("tabs", settings.tabs())
                .put("rounds", settings.rounds())
                .put("verdict", verdict().code())
                .put("correct", correct())
                .put("passed", passed())
                .put("lines", new JsonArray(lines.stream().map(Line::json).toList()))
                .put(
                        "measures",
                        new JsonArray(measures.stream().map(Measure::json).toList()))
                .put("promises", promised)
                .put(
                        "failovers",
                        new JsonArray(
                                failovers.stream().map(f -> f.json(startNs)).toList()))
                .put("unknownOutcomes", new JsonArray(unknown))
                .put("figures", numbers)
                .put("notes", new JsonArray(notes));
    }

    /** Leaves {@code report.txt}, {@code report.json} and {@code report.html} in {@code dir}. */
    Report write(Path dir, History history) {
        List<Entry> entries = history.entries();
        try {
            Files.writeString(dir.resolve("report.txt"), text());
            Files.writeString(dir.resolve("report.json"), json(entries).encodePrettily());
            Files.writeString(dir.resolve("report.html"), ReportPage.of(this, entries));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report", e);
        }
        return this;
    }
}
