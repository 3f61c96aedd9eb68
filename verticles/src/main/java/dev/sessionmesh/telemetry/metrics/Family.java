package dev.sessionmesh.telemetry.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of one name, by the values of their labels. */
final class Family {
    private static final Logger LOG = LoggerFactory.getLogger(Family.class);
    private static final String TOTAL = "_total";

    private final Entry entry;
    private final List<String> names;
    private final Map<List<String>, Object> meters = new ConcurrentHashMap<>();

    Family(Entry entry) {
        this.entry = entry;
        this.names = List.copyOf(entry.labels().keySet());
    }

    /** The meter of these labels, which is made when there is none yet. */
    <M> M meter(Class<M> kind, Supplier<M> made, String... labels) {
        List<String> values = values(labels);
        Object meter = meters.get(values);
        if (meter == null) {
            check(values);
            meter = meters.computeIfAbsent(values, fresh -> made.get());
        }
        return kind.cast(meter);
    }

    /** Reads what somebody else counts; of each value only one may be. */
    void read(DoubleSupplier reading, String... labels) {
        List<String> values = values(labels);
        check(values);
        if (meters.putIfAbsent(values, reading) != null) {
            throw new IllegalArgumentException(entry.name() + values + " is measured twice");
        }
    }

    private List<String> values(String... labels) {
        List<String> values = new ArrayList<>();
        if (labels.length != 2 * names.size()) {
            throw new IllegalArgumentException(entry.name() + " has the labels " + names + ", not " + List.of(labels));
        }
        for (int i = 0; i < names.size(); i++) {
            if (!names.get(i).equals(labels[2 * i])) {
                throw new IllegalArgumentException(
                        entry.name() + " has the labels " + names + ", not " + List.of(labels));
            }
            values.add(labels[2 * i + 1]);
        }
        return List.copyOf(values);
    }

    private void check(List<String> values) {
        for (int i = 0; i < names.size(); i++) {
            int at = i;
            Entry.Label label = entry.labels().getOrDefault(names.get(i), new Entry.Label(List.of(), 0, ""));
            long known = meters.keySet().stream()
                    .map(other -> other.get(at))
                    .filter(other -> !other.equals(values.get(at)))
                    .distinct()
                    .count();
            if (!label.allows(values.get(i), Math.toIntExact(known))) {
                throw new IllegalArgumentException(
                        "the catalogue has no " + entry.name() + " with " + names.get(i) + "=" + values.get(i));
            }
        }
    }

    boolean isEmpty() {
        return meters.isEmpty();
    }

    MetricSnapshot snapshot() {
        return switch (entry.type()) {
            case COUNTER -> {
                String base = entry.name().substring(0, entry.name().length() - TOTAL.length());
                var counters = CounterSnapshot.builder().name(base).help(entry.help());
                points((labels, value) -> counters.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value(Math.max(0, value))
                        .build()));
                yield counters.unit(unit(base)).build();
            }
            case GAUGE -> {
                var gauges = GaugeSnapshot.builder().name(entry.name()).help(entry.help());
                points((labels, value) -> gauges.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
                yield gauges.unit(unit(entry.name())).build();
            }
            case HISTOGRAM -> {
                var histograms = HistogramSnapshot.builder().name(entry.name()).help(entry.help());
                meters.forEach((values, meter) -> histograms.dataPoint(point(values, (Histogram) meter)));
                yield histograms.unit(unit(entry.name())).build();
            }
            case SUMMARY -> throw new IllegalStateException("only micrometer makes summaries: " + entry.name());
        };
    }

    private interface Points {
        void add(Labels labels, double value);
    }

    /** What can't be read at the moment, as of a node that is stopping, is left out: all else is still worth reading. */
    private void points(Points points) {
        meters.forEach((values, meter) -> {
            try {
                points.add(labels(values), value(meter));
            } catch (RuntimeException unreadable) {
                LOG.debug("{}{} can't be read: {}", entry.name(), values, unreadable.toString());
            }
        });
    }

    private HistogramDataPointSnapshot point(List<String> values, Histogram histogram) {
        return HistogramDataPointSnapshot.builder()
                .labels(labels(values))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(histogram.bounds(), histogram.counts()))
                .sum(histogram.sumSeconds())
                .build();
    }

    private static double value(Object meter) {
        return switch (meter) {
            case Counter counter -> counter.sum();
            case Level level -> level.sum();
            case DoubleSupplier reading -> reading.getAsDouble();
            default -> throw new IllegalStateException("no meter: " + meter);
        };
    }

    private Labels labels(List<String> values) {
        return Labels.of(names, values);
    }

    /** Where the name says it, as the format wants it. */
    private @Nullable Unit unit(String name) {
        return switch (entry.unit()) {
            case "seconds" -> name.endsWith("_seconds") ? Unit.SECONDS : null;
            case "bytes" -> name.endsWith("_bytes") ? Unit.BYTES : null;
            default -> null;
        };
    }
}
