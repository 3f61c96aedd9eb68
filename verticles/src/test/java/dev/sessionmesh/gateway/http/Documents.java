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
        close(components.get("schemas"));
        schema.put("$ref", reference);
        schema.put("unevaluatedProperties", false);
        schema.set("components", components);
        return SCHEMAS.getSchema(schema);
    }

    /** Schemas that others build on ({@code allOf}) stay open; the root is closed by {@link #strict}. */
    private static void close(JsonNode schemas) {
        schemas.forEach(schema -> schema.forEach(Documents::closeBelow));
    }

    private static void closeBelow(JsonNode node) {
        node.forEach(Documents::closeBelow);
        if (node instanceof ObjectNode object
                && "object".equals(object.path("type").asText())
                && object.has("properties")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
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
