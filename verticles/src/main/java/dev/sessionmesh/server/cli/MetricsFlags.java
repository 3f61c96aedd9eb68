package dev.sessionmesh.server.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who may read the metrics, and how fine they are. */
final class MetricsFlags {
    static final int TENANTS_MAX = 1_000;
    private static final String TOKEN_VARIABLE = "SESSIONMESH_METRICS_TOKEN";

    @Option(
            names = "--metrics-token-file",
            paramLabel = "FILE",
            description = "File with a token that lets read /metrics and nothing else; or set " + TOKEN_VARIABLE
                    + ". Default: none, then /metrics asks for what /admin does.")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--metrics-tenants",
            paramLabel = "COUNT",
            description = "How many tenants have metrics of their own; the others share one.")
    private int tenants;

    ServeOptions.Metrics metrics(Map<String, String> environment) {
        if (tenants < 0 || tenants > TENANTS_MAX) {
            throw new IllegalArgumentException("--metrics-tenants must be 0 to " + TENANTS_MAX + ", not " + tenants);
        }
        return new ServeOptions.Metrics(
                ApiKey.given(environment, TOKEN_VARIABLE, "--metrics-token-file", tokenFile), tenants);
    }
}
