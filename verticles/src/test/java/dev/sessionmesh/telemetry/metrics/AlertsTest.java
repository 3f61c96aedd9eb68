package dev.sessionmesh.telemetry.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The alert rules against the catalogue, their page and their own tests. */
final class AlertsTest {
    private static final Path RULES = Path.of("../k8s/chart/files/alerts");
    private static final Path CASES = Path.of("src/test/alerts");
    private static final String PAGE = "docs/alerts.md";
    private static final Set<String> SEVERITIES = Set.of("critical", "warning", "info");
    /** What every part of the page says, so that nobody reads it at night for nothing. */
    private static final List<String> SAID =
            List.of("**Means**", "**Users see**", "**First**", "**Stop the bleeding**");

    private final Catalogue catalogue = Catalogue.load();
    private final List<Map<?, ?>> rules = read(RULES).stream()
            .flatMap(file -> maps(file.get("groups")))
            .flatMap(group -> maps(group.get("rules")))
            .<Map<?, ?>>map(rule -> rule)
            .toList();

    @Test
    void they_name_metrics_of_the_catalogue_only_and_the_catalogue_names_those_that_look_at_them() {
        Map<String, Set<String>> recorded = new HashMap<>();
        Map<String, Set<String>> looked = new TreeMap<>();
        for (Map<?, ?> rule : rules) {
            Set<String> metrics = new TreeSet<>();
            for (String name : PromQl.metrics(text(rule, "expr"), catalogue)) {
                metrics.addAll(recorded.getOrDefault(name, Set.of(name)));
            }
            assertTrue(!metrics.isEmpty(), rule.toString());
            metrics.forEach(catalogue::entry);
            if (rule.containsKey("record")) {
                recorded.put(text(rule, "record"), metrics);
            } else {
                looked.put(text(rule, "alert"), metrics);
            }
        }
        Map<String, Set<String>> said = CatalogueTest.alerts();
        assertEquals(said.keySet(), looked.keySet());
        said.forEach((alert, metrics) -> assertTrue(looked.get(alert).containsAll(metrics), alert + metrics));
        looked.forEach((alert, metrics) -> metrics.stream()
                .filter(metric -> !said.get(alert).contains(metric))
                .forEach(metric -> assertTrue(false, alert + " looks at " + metric + ", which does not say so")));
    }

    @Test
    void labels_in_them_have_values_that_there_are() {
        Pattern selector = Pattern.compile("([a-z_]+)\\{([^}]*)}");
        Pattern matcher = Pattern.compile("([a-z_]+)\\s*(=~|!~|=|!=)\\s*\"([^\"]*)\"");
        int seen = 0;
        for (Map<?, ?> rule : rules) {
            Matcher selected = selector.matcher(text(rule, "expr"));
            while (selected.find()) {
                String metric =
                        PromQl.metrics(selected.group(1), catalogue).iterator().next();
                Matcher labels = matcher.matcher(selected.group(2));
                while (labels.find()) {
                    seen++;
                    String label = labels.group(1);
                    Entry entry = catalogue.entry(metric);
                    for (String value : labels.group(3).split("\\|")) {
                        boolean known = label.equals("le")
                                ? entry.buckets().contains(Double.valueOf(value))
                                : entry.labels().containsKey(label)
                                        && entry.labels().get(label).values().contains(value);
                        assertTrue(known, metric + " has no " + label + "=" + value);
                    }
                }
            }
        }
        assertTrue(seen > 20, "only " + seen);
    }

    @Test
    void each_says_how_bad_it_is_and_leads_to_its_part_of_the_page_and_each_part_has_its_alert() {
        Map<String, String> parts = parts();
        Set<String> alerts = new LinkedHashSet<>();
        for (Map<?, ?> rule : alerts()) {
            String alert = text(rule, "alert");
            alerts.add(alert);
            assertTrue(SEVERITIES.contains(text(map(rule.get("labels")), "severity")), alert);
            Map<?, ?> annotations = map(rule.get("annotations"));
            assertTrue(text(annotations, "summary").length() > 10, alert);
            assertEquals(PAGE + "#" + alert.toLowerCase(Locale.ROOT), text(annotations, "runbook_url"));
            String part = parts.getOrDefault(alert, "");
            SAID.forEach(said -> assertTrue(part.contains(said), alert + " has no " + said + " in " + PAGE));
            assertTrue(commands(part) >= 3, alert + " has fewer than three commands in " + PAGE);
        }
        assertEquals(alerts.size(), alerts().size(), "two have the same name");
        assertEquals(new TreeSet<>(alerts), new TreeSet<>(parts.keySet()));
    }

    @Test
    void each_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() {
        Set<String> fire = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        read(CASES).stream()
                .flatMap(file -> maps(file.get("tests")))
                .flatMap(test -> maps(test.get("alert_rule_test")))
                .forEach(test -> (list(test.get("exp_alerts")).isEmpty() ? silent : fire).add(text(test, "alertname")));
        Set<String> alerts = new TreeSet<>();
        alerts().forEach(rule -> alerts.add(text(rule, "alert")));
        assertEquals(alerts, fire);
        assertEquals(alerts, silent);
    }

    @Test
    void objectives_are_cut_where_a_bucket_ends() {
        String slo = page("docs/slo.md");
        assertTrue(slo.contains("1.5 s")
                && catalogue.entry("sessionmesh_takeover_seconds").buckets().contains(1.5));
        assertTrue(slo.contains("0.1 s")
                && catalogue.entry("sessionmesh_delivery_seconds").buckets().contains(0.1));
    }

    private List<Map<?, ?>> alerts() {
        return rules.stream().filter(rule -> rule.containsKey("alert")).toList();
    }

    /** By the heading of a part. */
    private static Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : page(PAGE).split("(?m)^### ")) {
            String title = part.lines().findFirst().orElse("");
            if (title.startsWith("Sessionmesh")) {
                parts.put(title, part.split("(?m)^## ")[0]);
            }
        }
        return parts;
    }

    /** Lines that are indented as code is. */
    private static long commands(String part) {
        return part.lines().filter(line -> line.startsWith("    ")).count();
    }

    private static String page(String name) {
        try {
            return Files.readString(Path.of("..").resolve(name));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static List<Map<?, ?>> read(Path folder) {
        List<Map<?, ?>> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file :
                    all.filter(one -> one.toString().endsWith(".yaml")).sorted().toList()) {
                files.add(map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file))));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        assertTrue(files.size() >= 5, "only " + files.size() + " files in " + folder);
        return files;
    }

    private static Stream<Map<?, ?>> maps(Object node) {
        return list(node).stream().map(AlertsTest::map);
    }

    private static List<?> list(Object node) {
        return node instanceof List<?> list ? list : List.of();
    }

    private static Map<?, ?> map(Object node) {
        return node instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String text(Map<?, ?> node, String key) {
        return node.containsKey(key) ? String.valueOf(node.get(key)) : "";
    }
}
