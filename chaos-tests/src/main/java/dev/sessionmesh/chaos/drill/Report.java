package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.History;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a drill found.
 *
 * @param figures plain numbers about the run: turns, events, deliveries
 * @param promises each promise with the ways in which it was broken; none means kept
 * @param notes what was seen beside that
 */
public record Report(
        String drill,
        DrillSettings settings,
        Map<String, Number> figures,
        List<Measure> measures,
        Map<String, List<String>> promises,
        List<String> notes) {

    private static final int PROBLEMS_SHOWN = 10;

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

    /** Whether every target was met as well. */
    public boolean passed() {
        return correct() && measures.stream().noneMatch(m -> m.verdict() == Measure.Verdict.MISSED);
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
        figures.forEach((name, value) -> text.append(String.format(Locale.ROOT, "  %-46s %s%n", name, value)));
        measures.forEach(measure -> text.append("  ").append(measure.line()).append(System.lineSeparator()));
        promises.forEach((promise, problems) -> {
            text.append(String.format(Locale.ROOT, "  %-60s %s%n", promise, problems.isEmpty() ? "kept" : "BROKEN"));
            problems.stream()
                    .limit(PROBLEMS_SHOWN)
                    .forEach(problem -> text.append("      ").append(problem).append(System.lineSeparator()));
            if (problems.size() > PROBLEMS_SHOWN) {
                text.append("      and ")
                        .append(problems.size() - PROBLEMS_SHOWN)
                        .append(" more%n".formatted());
            }
        });
        notes.forEach(note -> text.append("  note: ").append(note).append(System.lineSeparator()));
        return text.append("  verdict: ")
                .append(verdict())
                .append(System.lineSeparator())
                .toString();
    }

    String verdict() {
        return passed() ? "pass" : correct() ? "correct, but targets were missed" : "FAIL";
    }

    private JsonObject json() {
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
                .put("figures", numbers)
                .put(
                        "measures",
                        new JsonArray(measures.stream().map(Measure::json).toList()))
                .put("promises", promised)
                .put("notes", new JsonArray(notes))
                .put("correct", correct())
                .put("passed", passed());
    }

    /** Leaves {@code report.txt}, {@code report.json} and {@code report.html} in {@code dir}. */
    Report write(Path dir, History history) {
        try {
            Files.writeString(dir.resolve("report.txt"), text());
            Files.writeString(dir.resolve("report.json"), json().encodePrettily());
            Files.writeString(dir.resolve("report.html"), ReportPage.of(this, history.entries()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report", e);
        }
        return this;
    }
}
