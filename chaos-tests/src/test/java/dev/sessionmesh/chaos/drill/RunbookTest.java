package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.check.Checker;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Stamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The runbook explains each line that a report can contain, and no other. */
final class RunbookTest {

    private static final Path RUNBOOK = Path.of("..", "docs", "runbook.md");
    private static final Path DRILLS = Path.of("src", "main", "java", "dev", "sessionmesh", "chaos", "drill");

    private static final Pattern CONSTANT = Pattern.compile("String ([A-Z_]+) =\\s*\"([^\"]+)\";");
    /** Where drills name promises and times of their own, by a constant or a literal. */
    private static final Pattern NAMED = Pattern.compile(
            "(?:\\bexpect|findings\\.put|\\brecord|measures\\.add\\(Measure\\.of)\\(\\s*(?:Scorecard\\.)?([A-Z_]+|\"[^\"]+\"),");

    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    @Test
    void it_explains_each_line_that_a_report_can_contain_and_no_other() throws IOException {
        Set<String> names = new TreeSet<>(ofDrills());
        Report report = run().judge();
        report.lines().forEach(line -> names.add(line.name()));
        names.addAll(report.figures().keySet());
        Checker.all().forEach(checker -> names.add(checker.promise()));
        Stream.of(Failovers.measures(List.of()), Timings.of(List.of()).measures(), Silences.measures(List.of()))
                .flatMap(List::stream)
                .forEach(measure -> names.add(measure.name()));
        names.removeIf(name -> name.startsWith("times: "));
        names.add("unknown outcomes");
        assertEquals(String.join("\n", names), String.join("\n", explained()));
    }

    /** One that has an occasion for every line. */
    private static Run run() {
        History history = new History();
        history.add(new Entry.Nemesis(new Stamp(0, 0), Timings.COMMAND, ""));
        return new Run(
                "demo", DrillSettings.small(3, 1), history, Map.of(), Map.of(), List.of(), Optional.empty(), List.of());
    }

    private static Set<String> explained() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String line : Files.readAllLines(RUNBOOK)) {
            if (line.startsWith("| `")) {
                Matcher name = NAME.matcher(line.substring(0, line.indexOf(" | ")));
                while (name.find()) {
                    assertTrue(names.add(name.group(1)), () -> "twice: " + name.group(1));
                }
            }
        }
        return names;
    }

    private static Set<String> ofDrills() throws IOException {
        Set<String> names = new TreeSet<>();
        Map<String, String> shared = constants(Files.readString(DRILLS.resolve("Scorecard.java")));
        try (Stream<Path> files = Files.list(DRILLS)) {
            for (Path file : files.toList()) {
                String source = Files.readString(file);
                Map<String, String> constants = new TreeMap<>(shared);
                constants.putAll(constants(source));
                NAMED.matcher(source).results().map(named -> named.group(1)).forEach(named -> {
                    String name = named.startsWith("\"") ? named.replace("\"", "") : constants.get(named);
                    names.add(Optional.ofNullable(name)
                            .orElseThrow(() -> new AssertionError("no text of " + named + " in " + file)));
                });
            }
        }
        return names;
    }

    private static Map<String, String> constants(String source) {
        Map<String, String> constants = new TreeMap<>();
        CONSTANT.matcher(source).results().forEach(c -> constants.put(c.group(1), c.group(2)));
        return constants;
    }
}
