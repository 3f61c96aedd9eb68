package dev.sessionmesh.telemetry.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the node's own log when a collector takes nothing, once until it takes something again and once a minute meanwhile. The library
 * would say it on standard error, past the log's form, and quote what the collector answered.
 */
final class AccountedExporter implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(AccountedExporter.class);
    private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** Held, as a logger that nobody holds forgets its level. */
    private static final java.util.logging.Logger LIBRARY = java.util.logging.Logger.getLogger("io.opentelemetry");

    private final SpanExporter exporter;
    private long lost;
    private boolean failing;
    private long saidNanos;

    AccountedExporter(SpanExporter exporter) {
        this.exporter = exporter;
        LIBRARY.setLevel(Level.OFF);
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode sent = exporter.export(spans);
        int count = spans.size();
        sent.whenComplete(() -> account(sent.isSuccess(), count));
        return sent;
    }

    private synchronized void account(boolean taken, int spans) {
        long now = System.nanoTime();
        if (taken) {
            if (failing) {
                LOG.info("traces are taken again; {} spans were lost meanwhile", lost);
            }
            failing = false;
            lost = 0;
            return;
        }
        lost += spans;
        if (!failing || now - saidNanos >= AGAIN_NANOS) {
            failing = true;
            saidNanos = now;
            LOG.warn("the collector of --trace-endpoint takes no traces; {} spans were lost so far", lost);
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
