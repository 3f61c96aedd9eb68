package dev.sessionmesh.telemetry.trace;

import dev.sessionmesh.trace.Traces;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Collects spans and sends them off in batches, on a thread of its own. What the collector does not take in time is dropped: traces never
 * hold anything up. Without settings there is none of it, not even the thread.
 */
public final class TraceExport implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int QUEUE = 8_192;
    private static final int BATCH = 512;
    private static final int ATTRIBUTES = 48;
    private static final int EVENTS = 16;
    private static final int LINKS = 4;
    private static final int VALUE_CHARS = 8_192;

    /** Who tells. */
    public record Node(String name, String incarnation) {}

    private final @Nullable SdkTracerProvider provider;
    private final Traces traces;

    private TraceExport() {
        this.provider = null;
        this.traces = Traces.OFF;
    }

    private TraceExport(SdkTracerProvider provider, OtelTraces.Telling telling) {
        this.provider = provider;
        this.traces = new OtelTraces(provider.get("dev.sessionmesh"), telling);
    }

    /**
     * Blocks while the file of headers is read.
     *
     * @param settings absent: nothing is collected
     * @throws IllegalArgumentException when the file can't be used
     */
    public static TraceExport open(Optional<TraceSettings> settings, Node node) {
        if (settings.isEmpty()) {
            return new TraceExport();
        }
        TraceSettings known = settings.get();
        var builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(known.endpoint().toString())
                .setCompression("gzip")
                .setTimeout(PATIENCE);
        known.headers().ifPresent(file -> builder.setHeaders(HeadersFile.open(file)));
        return to(new AccountedExporter(builder.build()), known, node);
    }

    static TraceExport to(SpanExporter exporter, TraceSettings settings, Node node) {
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(resource(node))
                .setIdGenerator(new Ids())
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.ratio())))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxNumberOfAttributes(ATTRIBUTES)
                        .setMaxNumberOfEvents(EVENTS)
                        .setMaxNumberOfLinks(LINKS)
                        .setMaxAttributeValueLength(VALUE_CHARS)
                        .build())
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setScheduleDelay(EVERY)
                        .setMaxQueueSize(QUEUE)
                        .setMaxExportBatchSize(BATCH)
                        .setExporterTimeout(PATIENCE)
                        .build())
                .build();
        return new TraceExport(provider, new OtelTraces.Telling(settings.tenants(), settings.content()));
    }

    private static Resource resource(Node node) {
        // The version as the build wrote it into the jar.
        String version =
                Objects.requireNonNullElse(TraceExport.class.getPackage().getImplementationVersion(), "(not packaged)");
        return Resource.builder()
                .put("service.name", "sessionmesh")
                .put("service.version", version)
                .put("service.instance.id", node.incarnation())
                .put("sessionmesh.node", node.name())
                .build();
    }

    public Traces traces() {
        return traces;
    }

    /** Sends what is there; waits for it a little. */
    @Override
    public void close() {
        if (provider != null) {
            CompletableResultCode sent = provider.shutdown();
            sent.join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
