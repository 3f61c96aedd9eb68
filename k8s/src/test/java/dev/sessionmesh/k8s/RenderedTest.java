package dev.sessionmesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in {@code rendered} is what the chart makes of each profile. {@code ./mesh chart} writes it anew. */
final class RenderedTest {
    private static final boolean WRITE = Boolean.getBoolean("chart.write");

    static Stream<String> profiles() {
        return Chart.PROFILES.stream();
    }

    private static Path committed(String profile) {
        return Chart.K8S.resolve("rendered").resolve(profile).resolve("sessionmesh.yaml");
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void the_rendered_profile_is_the_charts(String profile) throws IOException {
        String rendered = "# Made of k8s/profiles/" + profile + ".yaml by './mesh chart'; change that one.\n"
                + Chart.profile(profile);
        if (WRITE) {
            Files.createDirectories(committed(profile).getParent());
            Files.writeString(committed(profile), rendered);
        }
        assertEquals(
                rendered,
                Files.readString(committed(profile)),
                () -> "k8s/rendered/" + profile + " is not what the chart makes: run ./mesh chart");
    }

    @Test
    void every_profile_is_tested_and_rendered() throws IOException {
        for (String folder : new String[] {"profiles", "rendered"}) {
            try (var files = Files.list(Chart.K8S.resolve(folder))) {
                assertEquals(
                        Chart.PROFILES,
                        files.map(file -> file.getFileName().toString().replace(".yaml", ""))
                                .sorted()
                                .toList());
            }
        }
    }

    @Test
    void what_runs_without_helm_names_no_namespace() throws IOException {
        for (String profile : Chart.PROFILES) {
            String yaml = Files.readString(committed(profile));
            assertTrue(Manifest.all(yaml).stream()
                    .allMatch(document -> document.at("metadata.namespace").isEmpty()));
        }
    }
}
