package dev.sessionmesh.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the calls that an OpenAPI document shows. A request and its answer are examples of the same name; where requests have no body the names of the
 * answers are theirs, and an operation that shows neither is one call without a name. Parameters without an example are left out.
 */
final class ShownCalls {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final JsonNode document;
    private final Map<String, ShownCall> calls = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    /** The parameters and contents whose examples are part of a call. */
    private final Set<JsonNode> called = Collections.newSetFromMap(new IdentityHashMap<>());

    ShownCalls(JsonNode document) {
        this.document = document;
        document.get("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(field -> METHODS.contains(field.getKey()))
                .forEach(method -> read(path.getKey(), path.getValue(), method.getKey(), method.getValue())));
        findUncalled(document, "#");
    }

    /** By their keys. */
    Map<String, ShownCall> calls() {
        return Collections.unmodifiableMap(calls);
    }

    /** Where something should be shown and is not, and what is shown in vain. */
    List<String> faults() {
        return Collections.unmodifiableList(faults);
    }

    private void read(String path, JsonNode item, String method, JsonNode operation) {
        String id = operation.path("operationId").asText();
        Map<String, ShownCall.Answer> answers = answers(id, operation.get("responses"));
        Map<String, ShownCall.Body> bodies = bodies(id, operation);
        boolean hasBody = operation.has("requestBody");
        answers.keySet().stream()
                .filter(name -> hasBody && !bodies.containsKey(name))
                .forEach(name -> faults.add(id + " shows the answer to " + name + ", but no such request"));
        Map<String, String> headers = new TreeMap<>();
        String address = address(id, path, List.of(item, operation), headers);
        Set<String> statuses = new TreeSet<>();
        operation.get("responses").fieldNames().forEachRemaining(statuses::add);
        Set<String> names = hasBody ? bodies.keySet() : answers.isEmpty() ? Set.of("") : answers.keySet();
        for (String name : names) {
            String key = name.isEmpty() ? id : id + "/" + name;
            calls.put(
                    key,
                    new ShownCall(
                            key,
                            method,
                            address,
                            headers,
                            Optional.ofNullable(bodies.get(name)),
                            Optional.ofNullable(answers.get(name)),
                            statuses));
        }
    }

    private Map<String, ShownCall.Body> bodies(String id, JsonNode operation) {
        Map<String, ShownCall.Body> bodies = new TreeMap<>();
        operation.at("/requestBody/content").properties().forEach(content -> examples(content.getValue())
                .forEach((name, value) -> bodies.put(
                        name,
                        new ShownCall.Body(content.getKey(), content.getValue().get("schema"), value))));
        if (operation.has("requestBody") && bodies.isEmpty()) {
            faults.add(id + " has a body, but shows none");
        }
        return bodies;
    }

    private Map<String, ShownCall.Answer> answers(String id, JsonNode responses) {
        Map<String, ShownCall.Answer> answers = new TreeMap<>();
        responses.properties().forEach(response -> {
            boolean success = response.getKey().startsWith("2");
            // What all operations share are refusals. None of them shows any.
            JsonNode answer = success ? resolved(response.getValue()) : response.getValue();
            answer.path("content").properties().forEach(content -> {
                Map<String, JsonNode> examples = examples(content.getValue());
                if (success && examples.isEmpty()) {
                    faults.add(id + " shows no " + content.getKey() + " for " + response.getKey());
                }
                examples.forEach((name, value) -> {
                    JsonNode schema = content.getValue().get("schema");
                    if (answers.put(name, new ShownCall.Answer(response.getKey(), content.getKey(), schema, value))
                            != null) {
                        faults.add(id + " shows two answers to " + name);
                    }
                });
            });
        });
        return answers;
    }

    private Map<String, JsonNode> examples(JsonNode content) {
        Map<String, JsonNode> examples = new TreeMap<>();
        if (content.has("examples")) {
            called.add(content);
            content.get("examples")
                    .properties()
                    .forEach(example ->
                            examples.put(example.getKey(), example.getValue().path("value")));
        }
        return examples;
    }

    private String address(String id, String path, List<JsonNode> holders, Map<String, String> headers) {
        String address = path;
        List<String> query = new ArrayList<>();
        for (JsonNode holder : holders) {
            for (JsonNode given : holder.path("parameters")) {
                JsonNode parameter = resolved(given);
                String name = parameter.get("name").asText();
                if (!parameter.has("example")) {
                    continue;
                }
                called.add(parameter);
                JsonNode value = parameter.get("example");
                Documents.problems(document, parameter.get("schema"), value)
                        .forEach(problem -> faults.add(id + ": " + name + ": " + problem));
                String text = URLEncoder.encode(value.asText(), StandardCharsets.UTF_8);
                switch (parameter.get("in").asText()) {
                    case "path" -> address = address.replace("{" + name + "}", text);
                    case "query" -> query.add(name + "=" + text);
                    default -> headers.put(name, value.asText());
                }
            }
        }
        if (address.contains("{")) {
            faults.add(id + " shows no value for a part of " + address);
        }
        return query.isEmpty() ? address : address + "?" + String.join("&", query);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    private void findUncalled(JsonNode node, String place) {
        if ((node.has("example") || node.has("examples")) && !called.contains(node)) {
            faults.add(place + " shows what nothing calls");
        }
        node.properties().forEach(field -> {
            if (!field.getKey().equals("example") && !field.getKey().equals("examples")) {
                findUncalled(field.getValue(), place + "/" + field.getKey());
            }
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            findUncalled(node.get(i), place + "/" + i);
        }
    }
}
