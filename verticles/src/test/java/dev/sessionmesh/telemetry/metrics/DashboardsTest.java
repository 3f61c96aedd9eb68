package dev.sessionmesh.telemetry.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboards against the catalogue. */
final class DashboardsTest {
    private static final Path FOLDER = Path.of("../k8s/chart/files/dashboards");
    private static final List<JsonObject> DASHBOARDS = new ArrayList<>();
    private final Catalogue catalogue = Catalogue.load();

    @BeforeAll
    static void read() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                JsonObject dashboard = new JsonObject(Files.readString(file));
                assertEquals(file.getFileName().toString(), dashboard.getString("uid") + ".json");
                DASHBOARDS.add(dashboard);
            }
        }
        assertEquals(4, DASHBOARDS.size());
    }

    @Test
    void every_metric_in_them_is_in_the_catalogue_and_every_metric_is_on_one() {
        Set<String> shown = new TreeSet<>();
        for (JsonObject dashboard : DASHBOARDS) {
            for (JsonObject panel : panels(dashboard)) {
                for (JsonObject target : objects(panel.getJsonArray("targets"))) {
                    Set<String> metrics = PromQl.metrics(target.getString("expr"), catalogue);
                    assertTrue(!metrics.isEmpty(), target.encode());
                    metrics.forEach(catalogue::entry);
                    shown.addAll(metrics);
                }
            }
            for (JsonObject variable :
                    objects(dashboard.getJsonObject("templating").getJsonArray("list"))) {
                if (variable.getString("type").equals("query")) {
                    String of = variable.getString("definition").replaceAll("label_values\\(([a-z_]+).*", "$1");
                    catalogue.entry(of);
                }
            }
            for (JsonObject annotation :
                    objects(dashboard.getJsonObject("annotations").getJsonArray("list"))) {
                PromQl.metrics(annotation.getString("expr"), catalogue).forEach(catalogue::entry);
            }
        }
        Set<String> nowhere = new TreeSet<>();
        catalogue.entries().forEach(entry -> nowhere.add(entry.name()));
        nowhere.removeAll(shown);
        // Read with others, or only to look something up.
        nowhere.removeAll(Set.of(
                "jvm_memory_max_bytes",
                "process_start_time_seconds",
                "sessionmesh_tenant_connections",
                "sessionmesh_tenant_requests_total",
                "sessionmesh_tenant_commands_total",
                "sessionmesh_tenant_limited_total"));
        assertEquals(Set.of(), nowhere);
    }

    @Test
    void every_panel_says_what_it_shows_in_which_unit() {
        Set<String> units = Set.of("short", "s", "ops", "percentunit", "bytes");
        for (JsonObject dashboard : DASHBOARDS) {
            Set<Integer> ids = new HashSet<>();
            for (JsonObject panel : objects(dashboard.getJsonArray("panels"))) {
                assertTrue(ids.add(panel.getInteger("id")), "two panels of one id");
            }
            for (JsonObject panel : panels(dashboard)) {
                String title = panel.getString("title", "");
                assertTrue(!title.isBlank(), panel.encode());
                assertTrue(panel.getString("description", "").length() > 10, title);
                String unit = panel.getJsonObject("fieldConfig")
                        .getJsonObject("defaults")
                        .getString("unit", "");
                assertTrue(units.contains(unit), title + " is in " + unit);
                assertTrue(!panel.getJsonArray("targets").isEmpty(), title);
                objects(panel.getJsonArray("targets"))
                        .forEach(target ->
                                assertTrue(!target.getString("legendFormat", "").isBlank(), title));
            }
        }
    }

    @Test
    void panels_do_not_lie_on_one_another() {
        for (JsonObject dashboard : DASHBOARDS) {
            Set<String> taken = new HashSet<>();
            for (JsonObject panel : objects(dashboard.getJsonArray("panels"))) {
                JsonObject place = panel.getJsonObject("gridPos");
                assertTrue(place.getInteger("x") + place.getInteger("w") <= 24, panel.getString("title"));
                for (int x = 0; x < place.getInteger("w"); x++) {
                    for (int y = 0; y < place.getInteger("h"); y++) {
                        String cell = (place.getInteger("x") + x) + "," + (place.getInteger("y") + y);
                        assertTrue(taken.add(cell), panel.getString("title") + " at " + cell);
                    }
                }
            }
        }
    }

    private static List<JsonObject> panels(JsonObject dashboard) {
        return objects(dashboard.getJsonArray("panels")).stream()
                .filter(panel -> !panel.getString("type").equals("row"))
                .toList();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }
}
