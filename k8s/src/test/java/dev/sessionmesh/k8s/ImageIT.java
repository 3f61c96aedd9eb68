package dev.sessionmesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks into the image, but for its base: that only a registry has. */
final class ImageIT {
    private static final Path TAR = Chart.K8S.resolve("target/layers.tar");
    private static final Set<String> CLASS_PATH_FOLDERS = Set.of("app/libs/", "app/classpath/");

    @TempDir
    private static Path image;

    private static JsonObject manifest;
    private static JsonObject config;
    /** Mode and owner of each file, layer after layer. */
    private static final Map<String, String> files = new TreeMap<>();

    private static final List<Set<String>> layers = new ArrayList<>();

    @BeforeAll
    static void unpack() throws Exception {
        tar("-xf", TAR.toString(), "-C", image.toString());
        JsonObject index = json(image.resolve("index.json"));
        manifest = json(blob(Manifest.each(index, "manifests").getFirst()));
        config = json(blob(Manifest.at(manifest, "config").orElseThrow().getAsJsonObject()));
        for (JsonObject layer : Manifest.each(manifest, "layers")) {
            Set<String> names = new TreeSet<>();
            for (String line : tar("-tvzf", blob(layer).toString(), "--numeric-owner", "--warning=no-unknown-keyword")
                    .split("\n")) {
                String[] words = line.split("\\s+", 6);
                names.add(words[5]);
                files.put(words[5], words[0] + " " + words[1]);
            }
            layers.add(names);
            tar("-xzf", blob(layer).toString(), "-C", image.toString(), "--warning=no-unknown-keyword");
        }
    }

    private static Path blob(JsonObject descriptor) {
        return image.resolve("blobs/" + descriptor.get("digest").getAsString().replace(':', '/'));
    }

    private static JsonObject json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    private static String tar(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private static List<String> texts(String path) {
        return Manifest.at(config, path).orElseThrow().getAsJsonArray().asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    @Test
    void it_serves_and_is_not_root() {
        assertEquals(List.of("/app/mesh"), texts("config.Entrypoint"));
        assertEquals(List.of("serve"), texts("config.Cmd"));
        assertEquals(
                "10001:10001", Manifest.at(config, "config.User").orElseThrow().getAsString());
        // As the chart has it: another one could not read what the pod's group owns.
        Manifest node = Chart.of("ha").stream()
                .filter(one -> one.kind().equals("StatefulSet"))
                .findFirst()
                .orElseThrow();
        assertEquals(10001, node.number("spec.template.spec.securityContext.runAsUser"));
        assertEquals(
                "/tmp", Manifest.at(config, "config.WorkingDir").orElseThrow().getAsString());
    }

    @Test
    void nobody_can_change_what_is_in_it() {
        assertTrue(files.keySet().stream().allMatch(name -> name.startsWith("app/")), files::toString);
        files.forEach((name, mode) -> {
            assertTrue(mode.endsWith(" 0/0"), name + " " + mode);
            assertTrue(mode.matches("[d-]r[w-][x-]r-[x-]r-[x-] .*"), name + " " + mode);
        });
        assertEquals("-rwxr-xr-x 0/0", files.get("app/mesh"));
    }

    /** What changes seldom is below what changes with every build: a new version is two megabytes. */
    @Test
    void what_changes_seldom_lies_lowest() throws IOException {
        assertTrue(layers.getFirst().stream().anyMatch(name -> name.matches("app/libs/hazelcast-5.*\\.jar")));
        assertTrue(layers.getFirst().stream().noneMatch(name -> name.contains("SNAPSHOT")));
        assertTrue(Files.size(layer(1)) < Files.size(layer(0)) / 5, "our own jars");
    }

    private static Path layer(int number) {
        return blob(Manifest.each(manifest, "layers").get(number));
    }

    @Test
    void the_class_path_is_jars_that_are_there_and_no_others() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String entry :
                Files.readString(image.resolve("app/jib-classpath-file")).split(":")) {
            // One jar of this module's own, so the order is that of the list.
            named.add(entry.equals("/app/classpath/*") ? onlyOwn() : entry.substring(1));
        }
        Set<String> there = new TreeSet<>();
        files.keySet().stream()
                .filter(name ->
                        CLASS_PATH_FOLDERS.stream().anyMatch(folder -> name.startsWith(folder) && !name.equals(folder)))
                .forEach(there::add);
        assertEquals(there, named);
        try (Stream<Path> app = Files.list(Chart.K8S.resolve("../verticles/target/app"))) {
            Set<String> run = new TreeSet<>();
            app.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .forEach(run::add);
            Set<String> shipped = new TreeSet<>();
            there.forEach(name -> shipped.add(name.substring(name.lastIndexOf('/') + 1)));
            shipped.removeIf(name -> name.startsWith("k8s-"));
            assertEquals(run, shipped, "what ./mesh serve runs is what is shipped");
        }
    }

    private static String onlyOwn() {
        List<String> own = files.keySet().stream()
                .filter(name -> name.startsWith("app/classpath/") && name.endsWith(".jar"))
                .toList();
        assertEquals(1, own.size());
        return own.getFirst();
    }

    @Test
    void it_has_the_flags_that_every_process_has() throws IOException {
        assertEquals(
                Files.readString(Chart.K8S.resolve("../jvm.options")),
                Files.readString(image.resolve("app/jvm.options")));
        assertTrue(Files.readString(image.resolve("app/mesh")).contains("exec java @/app/jvm.options "));
    }

    @Test
    void it_says_what_is_in_it() throws IOException {
        JsonObject bom = json(image.resolve("app/sbom.json"));
        assertEquals("CycloneDX", bom.get("bomFormat").getAsString());
        Set<String> listed = new TreeSet<>();
        for (JsonObject component : Manifest.each(bom, "components")) {
            listed.add(component.get("name").getAsString() + "-"
                    + component.get("version").getAsString() + ".jar");
        }
        Set<String> missing = new TreeSet<>();
        files.keySet().stream()
                .filter(name -> name.startsWith("app/libs/") && name.endsWith(".jar"))
                .map(name -> name.substring("app/libs/".length()))
                .filter(jar -> listed.stream().noneMatch(jar::equals))
                .forEach(missing::add);
        assertEquals(Set.of(), missing, "the list is of another build: offline (-o) Maven makes none");
        assertFalse(listed.stream().anyMatch(name -> name.startsWith("junit") || name.startsWith("helm-java")));
    }
}
