package dev.sessionmesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The overlays name what is there: files, and in their patches objects, containers and variables of what they change. */
final class KustomizeTest {
    private static final Path OVERLAYS = Chart.K8S.resolve("kustomize");

    static Stream<String> overlays() throws IOException {
        try (var folders = Files.list(OVERLAYS)) {
            return folders
                    .filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static Manifest kustomization(Path folder) {
        return read(folder.resolve("kustomization.yaml")).getFirst();
    }

    private static List<Manifest> read(Path file) {
        try {
            return Manifest.all(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> named(Path folder, String list) {
        return kustomization(folder).at(list).stream()
                .flatMap(all -> all.getAsJsonArray().asList().stream())
                .map(one -> one.isJsonObject() ? one.getAsJsonObject().get("path") : one)
                .map(JsonElement::getAsString)
                .map(path -> folder.resolve(path).normalize())
                .toList();
    }

    /** What a folder begins with: its files, and those of the folders that it names. */
    private static List<Manifest> resources(Path folder) {
        List<Manifest> all = new ArrayList<>();
        for (Path resource : named(folder, "resources")) {
            all.addAll(Files.isDirectory(resource) ? resources(resource) : read(resource));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void an_overlay_changes_what_is_there(String overlay) {
        Path folder = OVERLAYS.resolve(overlay);
        Set<String> known = new TreeSet<>(Set.of("apiVersion", "kind", "namespace", "resources", "images", "patches"));
        assertTrue(known.containsAll(kustomization(folder).json().keySet()));
        List<Manifest> base = resources(folder);
        base.forEach(document -> Kinds.check(document.json()));
        for (Path patch : named(folder, "patches")) {
            for (Manifest change : read(patch)) {
                Manifest target = base.stream()
                        .filter(one ->
                                one.kind().equals(change.kind()) && one.name().equals(change.name()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("nothing to change: " + change));
                compare(change.podSpec().orElseThrow(), target.podSpec().orElseThrow());
            }
        }
        for (JsonObject image : Manifest.each(kustomization(folder).json(), "images")) {
            String name = image.get("name").getAsString();
            assertTrue(base.stream()
                    .flatMap(document -> document.podSpec().stream())
                    .flatMap(pod -> Manifest.each(pod, "containers").stream())
                    .anyMatch(container -> container.get("image").getAsString().startsWith(name + ":")));
        }
    }

    private static void compare(JsonObject changed, JsonObject base) {
        for (JsonObject container : Manifest.each(changed, "containers")) {
            JsonObject same = Manifest.each(base, "containers").stream()
                    .filter(one -> one.get("name").equals(container.get("name")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no such container: " + container));
            Set<String> variables = new TreeSet<>();
            Manifest.each(same, "env")
                    .forEach(variable -> variables.add(variable.get("name").getAsString()));
            Manifest.each(container, "env")
                    .forEach(variable ->
                            assertTrue(variables.contains(variable.get("name").getAsString()), variable::toString));
        }
    }

    @Test
    void five_nodes_are_told_what_the_chart_would_tell_them() {
        Manifest patch = read(OVERLAYS.resolve("five-nodes/five.yaml")).getFirst();
        int replicas = patch.number("spec.replicas");
        var told = PolicyTest.environment(patch);
        assertEquals("" + replicas, told.get("SESSIONMESH_MEMBERS"));
        assertEquals("" + (replicas / 2 + 1), told.get("SESSIONMESH_INITIAL_MEMBERS"));
    }

    @Test
    void every_rendered_profile_can_be_built_on() {
        for (String profile : Chart.PROFILES) {
            assertFalse(
                    resources(Chart.K8S.resolve("rendered").resolve(profile)).isEmpty());
        }
    }
}
