package dev.sessionmesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema and the defaults know the same values, and a template reads each. */
final class ValuesTest {

    private static JsonObject schema() throws IOException {
        return JsonParser.parseString(Files.readString(Chart.HOME.resolve("values.schema.json")))
                .getAsJsonObject();
    }

    private static JsonObject defaults() throws IOException {
        Object read = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Chart.HOME.resolve("values.yaml")));
        return new Gson().toJsonTree(read).getAsJsonObject();
    }

    private static void collectDefaults(String path, JsonElement value, JsonElement schema, Set<String> names) {
        // Where the schema leaves the names to the user, the default is an example at most.
        if (value.isJsonObject() && Manifest.at(schema, "properties").isPresent()) {
            value.getAsJsonObject()
                    .entrySet()
                    .forEach(entry -> collectDefaults(
                            path + "." + entry.getKey(),
                            entry.getValue(),
                            Manifest.at(schema, "properties." + entry.getKey()).orElseGet(JsonObject::new),
                            names));
        } else {
            names.add(path);
        }
    }

    private static void collectSchema(String path, JsonObject schema, Set<String> names) {
        if (schema.has("properties")) {
            assertTrue(
                    schema.has("additionalProperties")
                            && !schema.get("additionalProperties").getAsBoolean(),
                    () -> path + " takes anything");
            schema.getAsJsonObject("properties")
                    .entrySet()
                    .forEach(entry -> collectSchema(
                            path + "." + entry.getKey(), entry.getValue().getAsJsonObject(), names));
        } else {
            names.add(path);
        }
    }

    @Test
    void the_schema_has_every_default_and_nothing_else() throws IOException {
        Set<String> inSchema = new TreeSet<>();
        collectSchema("", schema(), inSchema);
        Set<String> inDefaults = new TreeSet<>();
        collectDefaults("", defaults(), schema(), inDefaults);
        // Helm's own, and resources that have no default.
        inSchema.removeIf(
                name -> name.equals(".global") || name.endsWith("ephemeral-storage") || name.endsWith("limits.cpu"));
        assertEquals(inSchema, inDefaults);
    }

    @Test
    void every_value_is_read_by_a_template() throws IOException {
        StringBuilder templates = new StringBuilder();
        try (var files = Files.walk(Chart.HOME.resolve("templates"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                templates.append(Files.readString(file));
            }
        }
        Set<String> names = new TreeSet<>();
        collectSchema("", schema(), names);
        for (String name : names) {
            String last = name.substring(name.lastIndexOf('.') + 1);
            boolean passedOn = name.contains("esources.") || name.startsWith(".probes.") || name.equals(".global");
            assertTrue(passedOn || templates.toString().contains("." + last), () -> "nothing reads " + name);
        }
    }
}
