package dev.sessionmesh.k8s;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The chart, rendered by a real Helm without a cluster. */
final class Chart {
    /** The folder of this module: the tests run in it. */
    static final Path K8S = Path.of("").toAbsolutePath();

    static final Path HOME = K8S.resolve("chart");
    /** What Chart.yaml asks for at least. */
    private static final String OLDEST = "1.30.0";

    static final List<String> PROFILES = List.of("dev", "ha", "multi-zone", "with-archive");
    private static final Path VARIANTS = K8S.resolve("src/test/resources/variants");

    private static final String SAMPLE_ALERTS = """
            # Braces are Prometheus's, not Helm's.
            groups:
              - name: sample
                rules:
                  - {alert: Sample, expr: up == 0, for: 1m, annotations: {summary: "{{ $labels.instance }} is down"}}
            """;

    private static final Map<String, List<Manifest>> MADE = new ConcurrentHashMap<>();

    private Chart() {}

    static String render(Path... values) {
        return template(HOME, values);
    }

    private static String template(Path chart, Path... values) {
        var command = new Helm(chart)
                .template()
                .withName("sessionmesh")
                .withNamespace("default")
                .withKubeVersion(OLDEST);
        for (Path file : values) {
            command.withValuesFile(file);
        }
        return command.call();
    }

    static String profile(String name) {
        return render(K8S.resolve("profiles").resolve(name + ".yaml"));
    }

    /** With the pod of {@code helm test}. */
    static List<Manifest> of(String name) {
        return MADE.computeIfAbsent(name, Chart::made);
    }

    private static List<Manifest> made(String name) {
        Path profile = K8S.resolve("profiles").resolve(name + ".yaml");
        return Manifest.all(template(unhooked(), Files.exists(profile) ? profile : VARIANTS.resolve(name + ".yaml")));
    }

    /** The library keeps hooks to itself: here is none that says it is one. With an alert and a dashboard, whatever there is else. */
    private static Path unhooked() {
        Path copy = K8S.resolve("target/unhooked");
        try (var files = Files.walk(HOME)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(HOME.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.writeString(to, Files.readString(file).replace("helm.sh/hook", "example.com/hook"));
            }
            Files.writeString(copy.resolve("files/alerts/sample.yaml"), SAMPLE_ALERTS);
            Files.writeString(copy.resolve("files/dashboards/sample.json"), "{\"title\": \"{{ sample }}\"}\n");
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The profiles, and what none of them switches on. */
    static Stream<String> everyVariant() {
        return Stream.concat(PROFILES.stream(), variants());
    }

    static Stream<String> variants() {
        try (var files = Files.list(VARIANTS)) {
            return files.map(file -> file.getFileName().toString().replace(".yaml", "")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
