package dev.sessionmesh.telemetry.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The catalogue itself, and docs/metrics.md, which is made from it. */
final class CatalogueTest {
    /** Series that one node may have in all: what a Prometheus takes without a thought. */
    private static final int MOST_SERIES = 2_500;

    private final List<Entry> entries = Catalogue.load().entries();

    @Test
    void names_and_units_follow_the_conventions() {
        for (Entry entry : entries) {
            String name = entry.name();
            assertTrue(name.matches("[a-z][a-z0-9_]*"), name);
            assertEquals(entry.source().isEmpty(), name.startsWith("sessionmesh_"), name);
            assertEquals(entry.type() == Entry.Type.COUNTER, name.endsWith("_total"), name);
            if (entry.type() == Entry.Type.HISTOGRAM) {
                assertTrue(name.endsWith("_seconds"), name);
                assertEquals("seconds", entry.unit(), name);
            }
            for (String unit : List.of("seconds", "bytes")) {
                assertEquals(
                        entry.unit().equals(unit),
                        name.replaceAll("_(total|max)$", "").endsWith("_" + unit),
                        name + " is in " + entry.unit());
            }
            assertTrue(entry.help().length() > 10 && !entry.unit().isEmpty(), name);
            assertEquals(entry.buckets().stream().sorted().distinct().toList(), entry.buckets(), name);
        }
    }

    @Test
    void every_label_is_bounded_and_so_is_their_product() {
        int series = 0;
        for (Entry entry : entries) {
            int ofEntry = 1;
            for (Map.Entry<String, Entry.Label> label : entry.labels().entrySet()) {
                int values = Math.max(
                        label.getValue().values().size(), label.getValue().atMost());
                assertTrue(values > 0, entry.name() + " " + label.getKey());
                // Two providers and the JVM's own are what there is; tenants are asked for.
                ofEntry *= label.getValue().values().isEmpty() ? Math.min(values, 2) : values;
            }
            series += ofEntry * (entry.buckets().isEmpty() ? 1 : entry.buckets().size() + 3);
        }
        assertTrue(series < MOST_SERIES, "there would be " + series);
    }

    @Test
    void codes_are_all_that_there_are() {
        List<String> codes =
                Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).toList();
        for (String name : Set.of("sessionmesh_errors_answered_total", "sessionmesh_refusals_total")) {
            assertEquals(codes, entry(name).labels().get("code").values());
        }
    }

    @Test
    void the_page_is_what_the_catalogue_says() throws Exception {
        String page = Files.readString(Path.of("../docs/metrics.md"));
        String expected = tables();
        Path made = Files.writeString(Path.of("target/metrics-tables.md"), expected);
        String[] parts = page.split("<!-- from the catalogue: [^>]*-->\n", -1);
        assertEquals(3, parts.length, "the page has its two marks");
        assertEquals(expected, parts[1], "put the content of verticles/" + made + " between the marks");
    }

    private Entry entry(String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What docs/metrics.md has between its marks. */
    private String tables() {
        Map<String, String> sections = entries.stream()
                .collect(Collectors.groupingBy(
                        Entry::section,
                        java.util.LinkedHashMap::new,
                        Collectors.mapping(CatalogueTest::row, Collectors.joining())));
        StringBuilder page = new StringBuilder("\n");
        sections.forEach((section, rows) -> page.append("## ")
                .append(section.substring(0, 1).toUpperCase(Locale.ROOT))
                .append(section.substring(1))
                .append("\n\n| metric | type, unit | labels | meaning | alerts |\n|---|---|---|---|---|\n")
                .append(rows)
                .append("\n"));
        return page.toString();
    }

    private static String row(Entry entry) {
        String labels = entry.labels().entrySet().stream()
                .map(label -> "`" + label.getKey() + "`: " + values(label.getValue()))
                .collect(Collectors.joining("; "));
        String alerts = entry.alerts().stream()
                .map(alert ->
                        "[" + alert.replace("Sessionmesh", "") + "](alerts.md#" + alert.toLowerCase(Locale.ROOT) + ")")
                .collect(Collectors.joining(", "));
        String when = entry.when().isEmpty() ? "" : ". Only when " + entry.when();
        String unit = entry.unit().equals("1") ? "" : ", " + entry.unit();
        return "| `" + entry.name() + "` | " + Metrics.lower(entry.type()) + unit + " | " + labels + " | "
                + entry.help().strip() + when + " | " + alerts + " |\n";
    }

    private static String values(Entry.Label label) {
        if (label.values().isEmpty()) {
            return "at most " + label.atMost() + ", by " + label.by();
        }
        return label.values().size() > 40 ? "the [codes](protocol.md)" : String.join(", ", label.values());
    }

    /** For the tests beside this one: by alert the metrics that name it. */
    static Map<String, Set<String>> alerts() {
        Map<String, Set<String>> alerts = new TreeMap<>();
        Catalogue.load().entries().forEach(entry -> entry.alerts()
                .forEach(alert -> alerts.computeIfAbsent(alert, fresh -> new java.util.TreeSet<>())
                        .add(entry.name())));
        return alerts;
    }
}
