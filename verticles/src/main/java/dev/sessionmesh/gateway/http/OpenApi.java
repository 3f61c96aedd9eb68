package dev.sessionmesh.gateway.http;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The API's description: written as YAML beside this class, served as JSON. */
final class OpenApi {
    private OpenApi() {}

    static JsonObject document() {
        try (InputStream yaml = OpenApi.class.getResourceAsStream("openapi.yaml")) {
            if (yaml == null) {
                throw new IllegalStateException("openapi.yaml is not in the class path");
            }
            String text = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
            Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
            @SuppressWarnings("unchecked")
            Map<String, Object> document = (Map<String, Object>) tree;
            return new JsonObject(document);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
