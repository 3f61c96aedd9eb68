package dev.sessionmesh.telemetry.metrics;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/** The process itself: memory, collections, threads, processors. Micrometer measures it; the catalogue says which of it is shown. */
public final class JvmMeters implements AutoCloseable {
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final JvmHeapPressureMetrics pressure = new JvmHeapPressureMetrics();

    private JvmMeters(Metrics metrics) {
        var to = metrics.micrometer();
        new JvmMemoryMetrics().bindTo(to);
        new JvmThreadMetrics().bindTo(to);
        new ProcessorMetrics().bindTo(to);
        new FileDescriptorMetrics().bindTo(to);
        new UptimeMetrics().bindTo(to);
        collections.bindTo(to);
        pressure.bindTo(to);
    }

    /** Takes a moment, as the platform's beans are looked up. */
    public static JvmMeters of(Metrics metrics) {
        return new JvmMeters(metrics);
    }

    @Override
    public void close() {
        collections.close();
        pressure.close();
    }
}
