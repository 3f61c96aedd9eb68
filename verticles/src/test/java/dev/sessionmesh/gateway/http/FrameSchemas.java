package dev.sessionmesh.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Frames against docs/asyncapi.yaml, strictly: what the document does not name is a problem. For frames of real servers too. */
public final class FrameSchemas {
    private final JsonNode document = Documents.yaml("docs/asyncapi.yaml");
    private final Map<String, Schema> schemas = new HashMap<>();

    /** What is wrong with a frame that a server sent; nothing when it is as documented. */
    public List<String> problemsOfServer(String frame) {
        JsonNode json = Documents.json(frame);
        String type = json.path("type").asText();
        boolean recovering = type.equals("agent_status") && !json.has("seq");
        return problems("server." + (recovering ? "recovering" : type), json);
    }

    /** What is wrong with a frame that a client sent. */
    public List<String> problemsOfClient(String frame) {
        JsonNode json = Documents.json(frame);
        return problems("client." + json.path("type").asText(), json);
    }

    private List<String> problems(String name, JsonNode frame) {
        if (!document.at("/components/messages").has(name)) {
            return List.of("docs/asyncapi.yaml knows no message " + name);
        }
        return Documents.problems(
                schemas.computeIfAbsent(name, n -> Documents.strict(document, "#/components/schemas/" + n)), frame);
    }

    /** The messages of one direction, {@code server.} or {@code client.}, with that prefix. */
    Set<String> messages(String prefix) {
        Set<String> names = new TreeSet<>();
        document.at("/components/messages").fieldNames().forEachRemaining(name -> {
            if (name.startsWith(prefix)) {
                names.add(name);
            }
        });
        return names;
    }

    JsonNode document() {
        return document;
    }
}
