package dev.sessionmesh.server.cli;

import dev.sessionmesh.telemetry.trace.TraceSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where traces go. What a collector wants to be shown comes from a file: `ps` shows the command line. */
final class TraceFlags {
    @Option(
            names = "--trace-endpoint",
            paramLabel = "URL",
            description =
                    "OTLP over HTTP, such as http://collector:4318; without a path it is /v1/traces. Default: none, and"
                            + " nothing is traced.")
    private Optional<URI> endpoint = Optional.empty();

    @Option(
            names = "--trace-sample",
            paramLabel = "RATIO",
            description =
                    "How many of the traces that begin here are collected, from 0 to 1; of those that clients begin, the"
                            + " clients' traceparent says it.")
    private double ratio = 1;

    @Option(
            names = "--trace-headers-file",
            paramLabel = "FILE",
            description =
                    "Headers that the collector wants, a line 'Name: value' each; read again when it changes. Default: none.")
    private Optional<Path> headers = Optional.empty();

    @Option(names = "--trace-tenant", arity = "0..1", fallbackValue = "true", description = "Spans name the tenant.")
    private boolean tenants;

    @Option(
            names = "--trace-content",
            arity = "0..1",
            fallbackValue = "true",
            description = "Spans hold what people, models and tools say, the first 8,192 characters of each.")
    private boolean content;

    Optional<TraceSettings> traces() {
        if (endpoint.isEmpty() && (headers.isPresent() || content || tenants)) {
            throw new IllegalArgumentException("nothing is traced without --trace-endpoint");
        }
        try {
            return endpoint.map(url -> new TraceSettings(url, ratio, headers, tenants, content));
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("--trace-endpoint, --trace-sample: " + refused.getMessage(), refused);
        }
    }
}
