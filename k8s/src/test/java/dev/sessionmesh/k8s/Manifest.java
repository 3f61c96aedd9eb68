package dev.sessionmesh.k8s;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** One document that the chart made. */
record Manifest(JsonObject json) {

    static List<Manifest> all(String yaml) {
        var load = new Load(LoadSettings.builder().build());
        return StreamSupport.stream(load.loadAllFromString(yaml).spliterator(), false)
                .filter(Map.class::isInstance)
                .map(document -> new Manifest(new Gson().toJsonTree(document).getAsJsonObject()))
                .toList();
    }

    String kind() {
        return text("kind");
    }

    String apiVersion() {
        return text("apiVersion");
    }

    String name() {
        return text("metadata.name");
    }

    /** Its pod, where it makes one. */
    Optional<JsonObject> podSpec() {
        return Stream.of("spec.template.spec", "spec")
                .flatMap(path -> at(path).stream())
                .map(JsonElement::getAsJsonObject)
                .filter(spec -> spec.has("containers"))
                .findFirst();
    }

    Map<String, String> podLabels() {
        return labels(kind().equals("Pod") ? "metadata.labels" : "spec.template.metadata.labels");
    }

    Map<String, String> labels(String path) {
        var labels = new TreeMap<String, String>();
        at(path).ifPresent(all -> all.getAsJsonObject()
                .entrySet()
                .forEach(label -> labels.put(label.getKey(), label.getValue().getAsString())));
        return labels;
    }

    String text(String path) {
        return at(path).map(JsonElement::getAsString)
                .orElseThrow(() -> new AssertionError("no " + path + " in " + this));
    }

    int number(String path) {
        return at(path).map(JsonElement::getAsInt).orElseThrow(() -> new AssertionError("no " + path + " in " + this));
    }

    /** What is at a path of names with dots between. */
    Optional<JsonElement> at(String path) {
        return at(json, path);
    }

    static Optional<JsonElement> at(JsonElement from, String path) {
        JsonElement here = from;
        for (String name : path.split("\\.")) {
            if (!here.isJsonObject() || !here.getAsJsonObject().has(name)) {
                return Optional.empty();
            }
            here = here.getAsJsonObject().get(name);
        }
        return Optional.of(here);
    }

    /** The objects of a list; none where there is no list. */
    static List<JsonObject> each(JsonElement from, String path) {
        return at(from, path).stream()
                .flatMap(list -> list.getAsJsonArray().asList().stream())
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    @Override
    public String toString() {
        return at("kind").map(JsonElement::getAsString).orElse("?") + " "
                + at("metadata.name").map(JsonElement::getAsString).orElse("?");
    }
}
