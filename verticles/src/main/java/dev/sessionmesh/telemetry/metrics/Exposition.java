package dev.sessionmesh.telemetry.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** All meters as text, in the format that the reader asks for. */
public record Exposition(String contentType, byte[] body) {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final int USUAL_BYTES = 1 << 17;
    private static final ExpositionFormatWriter OPEN =
            OpenMetricsTextFormatWriter.builder().build();
    private static final ExpositionFormatWriter PLAIN =
            PrometheusTextFormatWriter.builder().build();

    /**
     * A matter of milliseconds: not for event loops.
     *
     * @param accept the header of that name; OpenMetrics for those that name it, else Prometheus' own format
     */
    public static Exposition of(Metrics metrics, String accept) {
        ExpositionFormatWriter writer = accept.contains(OPEN_METRICS) ? OPEN : PLAIN;
        ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_BYTES);
        try {
            writer.write(body, metrics.scrape());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new Exposition(writer.getContentType(), body.toByteArray());
    }
}
