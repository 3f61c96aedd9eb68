package dev.sessionmesh.telemetry.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The meters of one node. A meter is asked for by the name and the labels that the catalogue has for it, once, at the start; what the catalogue
 * does not know is an exception there. The same name and labels give the same meter.
 *
 * <p>Labels are given as {@code name, value, name, value ...} in the catalogue's order.
 */
public final class Metrics {
    /** For nodes that nobody reads: simulated ones, and those of tests. */
    public static Metrics unread() {
        return Unread.METRICS;
    }

    private static final class Unread {
        static final Metrics METRICS = new Metrics(Catalogue.load());
    }

    private final Catalogue catalogue;
    private final Map<String, Family> families = new ConcurrentHashMap<>();
    private final PrometheusRegistry prometheus = new PrometheusRegistry();
    private final PrometheusMeterRegistry micrometer =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, prometheus, Clock.SYSTEM);

    public Metrics(Catalogue catalogue) {
        this.catalogue = catalogue;
        micrometer.config().meterFilter(MeterFilter.denyUnless(id -> catalogue.takes(id.getName())));
        prometheus.register(new MultiCollector() {
            @Override
            public MetricSnapshots collect() {
                return new MetricSnapshots(snapshots());
            }
        });
    }

    public Counter counter(String name, String... labels) {
        return family(name, Entry.Type.COUNTER).meter(Counter.class, Counter::new, labels);
    }

    /**
     * A counter for each constant of an enum, in its last label.
     *
     * @param value what the constants are called
     * @param before the labels before that one
     */
    public <E extends Enum<E>> CounterOf<E> counters(
            String name, String label, Class<E> constants, Function<E, String> value, String... before) {
        return new CounterOf<>(Arrays.stream(constants.getEnumConstants())
                .map(constant -> counter(name, with(before, label, value.apply(constant))))
                .toList());
    }

    /** The same, with the constants called as in the code, in lower case. */
    public <E extends Enum<E>> CounterOf<E> counters(String name, String label, Class<E> constants, String... before) {
        return counters(name, label, constants, Metrics::lower, before);
    }

    public Level level(String name, String... labels) {
        return family(name, Entry.Type.GAUGE).meter(Level.class, Level::new, labels);
    }

    public Histogram histogram(String name, String... labels) {
        Family family = family(name, Entry.Type.HISTOGRAM);
        double[] bounds = catalogue.entry(name).buckets().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        return family.meter(Histogram.class, () -> new Histogram(bounds), labels);
    }

    /** @param reading asked at each scrape, on any thread: must not block */
    public void gauge(String name, DoubleSupplier reading, String... labels) {
        family(name, Entry.Type.GAUGE).read(reading, labels);
    }

    /** @param reading a count that somebody else keeps; asked at each scrape, on any thread: must not block */
    public void counted(String name, DoubleSupplier reading, String... labels) {
        family(name, Entry.Type.COUNTER).read(reading, labels);
    }

    /** The lower case of a constant, as labels have it. */
    public static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String[] with(String[] before, String label, String value) {
        String[] all = Arrays.copyOf(before, before.length + 2);
        all[before.length] = label;
        all[before.length + 1] = value;
        return all;
    }

    /**
     * Everything is registered that this node measures.
     *
     * @param holds which conditions of the catalogue are met here
     * @throws IllegalStateException when something that is in the catalogue is measured nowhere
     */
    public void complete(Predicate<String> holds) {
        List<String> missing = catalogue.entries().stream()
                .filter(entry -> entry.source().isEmpty() && (entry.when().isEmpty() || holds.test(entry.when())))
                .map(Entry::name)
                .filter(name ->
                        !families.containsKey(name) || families.get(name).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException("in the catalogue, and measured nowhere: " + missing);
        }
    }

    /** Where micrometer's own binders put what they measure, as far as the catalogue has it. */
    PrometheusMeterRegistry micrometer() {
        return micrometer;
    }

    MetricSnapshots scrape() {
        return prometheus.scrape();
    }

    private List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        families.values().stream().filter(family -> !family.isEmpty()).forEach(family -> all.add(family.snapshot()));
        return all;
    }

    private Family family(String name, Entry.Type type) {
        Entry entry = catalogue.entry(name);
        if (entry.type() != type) {
            throw new IllegalArgumentException(
                    name + " is a " + lower(entry.type()) + " in the catalogue, not a " + lower(type));
        }
        return families.computeIfAbsent(name, fresh -> new Family(entry));
    }
}
