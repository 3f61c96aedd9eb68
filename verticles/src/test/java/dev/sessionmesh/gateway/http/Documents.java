package dev.sessionmesh.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The documents that tests hold the server against. Paths are those of a module of this repository. */
final class Documents {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Documents() {}

    static String text(String path) {
        try {
            return Files.readString(Path.of("..").resolve(path));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static JsonNode yaml(String path) {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text(path)));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    /**
     * A schema of a document, strict: what a schema with properties does not name is refused, so that nothing undocumented is sent.
     *
     * @param reference such as {@code #/components/schemas/Session}
     */
    static Schema strict(JsonNode document, String reference) {
        ObjectNode schema = JSON.createObjectNode();
        ObjectNode components = document.get("components").deepCopy();
        components.get("schemas").forEach(named -> closeBelow(document, named));
        schema.put("$ref", reference);
        schema.put("unevaluatedProperties", false);
        schema.set("components", components);
        return SCHEMAS.getSchema(schema);
    }

    /** A schema by name stays open, as others build on it ({@code allOf}); whatever refers to it is closed. */
    private static void closeBelow(JsonNode document, JsonNode schema) {
        schema.properties().forEach(part -> {
            if (part.getKey().equals("allOf")) {
                part.getValue().forEach(built -> closeBelow(document, built));
            } else {
                close(document, part.getValue());
            }
        });
        if (schema.isArray()) {
            schema.forEach(element -> close(document, element));
        }
    }

    private static void close(JsonNode document, JsonNode schema) {
        closeBelow(document, schema);
        JsonNode meant =
                schema.has("$ref") ? document.at(schema.get("$ref").asText().substring(1)) : schema;
        boolean hasFields = "object".equals(meant.path("type").asText()) && meant.has("properties");
        if (schema instanceof ObjectNode object
                && (hasFields || meant.has("allOf"))
                && !meant.has("additionalProperties")) {
            object.put("unevaluatedProperties", false);
        }
    }

    /** What is wrong with a value; a schema without a name of its own is taken as it is, not strictly. */
    static List<String> problems(JsonNode document, JsonNode schema, JsonNode value) {
        if (schema.has("$ref")) {
            return problems(strict(document, schema.get("$ref").asText()), value);
        }
        ObjectNode unnamed = JSON.createObjectNode();
        unnamed.putArray("allOf").add(schema);
        unnamed.set("components", document.get("components"));
        return problems(SCHEMAS.getSchema(unnamed), value);
    }

    static List<String> problems(Schema schema, JsonNode value) {
        return schema.validate(value).stream().map(Error::toString).toList();
    }

    /** The golden pages: a line {@code # name}, then the JSON. */
    static Map<String, String> page(String name) {
        Map<String, String> lines = new LinkedHashMap<>();
        List<String> all = text("eventbus-codecs/src/test/resources/dev/sessionmesh/codec/json/" + name)
                .lines()
                .toList();
        for (int i = 0; i + 1 < all.size(); i++) {
            if (all.get(i).startsWith("# ")) {
                lines.put(all.get(i).substring(2), all.get(i + 1));
            }
        }
        return lines;
    }
}
