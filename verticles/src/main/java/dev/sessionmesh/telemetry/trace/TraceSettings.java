package dev.sessionmesh.telemetry.trace;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where traces go, and what they hold.
 *
 * @param endpoint where OTLP is posted to, the whole address
 * @param ratio of the traces that begin here, from 0 to 1; those that clients begin are collected when the client says so
 * @param headers file with a line {@code Name: value} for each header that the collector wants
 * @param tenants whether spans name the tenant
 * @param content whether spans hold what people, models and tools said
 */
public record TraceSettings(URI endpoint, double ratio, Optional<Path> headers, boolean tenants, boolean content) {
    private static final String PATH = "/v1/traces";

    public TraceSettings {
        boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!web || endpoint.getHost() == null) {
            throw new IllegalArgumentException("the address must be an http or https URL with a host");
        }
        if (endpoint.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "the address must not carry a user or password: put a header into a file");
        }
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("the ratio must be 0 to 1, not " + ratio);
        }
        String path = endpoint.getRawPath();
        if (path == null || path.isEmpty() || path.equals("/")) {
            endpoint = endpoint.resolve(PATH);
        }
    }
}
