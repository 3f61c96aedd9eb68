package dev.sessionmesh.telemetry.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Every metric there is, from the one file that says so ({@code catalogue.yaml}). Code, docs/metrics.md, the alerts and the dashboards are
 * checked against it.
 */
public final class Catalogue {
    private final Map<String, Entry> byName = new LinkedHashMap<>();

    private Catalogue() {}

    /** Reads the file. */
    public static Catalogue load() {
        try (InputStream yaml = Catalogue.class.getResourceAsStream("catalogue.yaml")) {
            if (yaml == null) {
                throw new IllegalStateException("catalogue.yaml is not in the class path");
            }
            return of(new Load(LoadSettings.builder().build()).loadFromInputStream(yaml));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Catalogue of(@Nullable Object tree) {
        Catalogue catalogue = new Catalogue();
        Map<?, ?> file = map(tree);
        Map<?, ?> bounds = map(file.get("buckets"));
        map(file.get("sections")).forEach((section, entries) -> map(entries)
                .forEach((name, said) ->
                        catalogue.add(entry(String.valueOf(section), String.valueOf(name), map(said), bounds))));
        return catalogue;
    }

    private void add(Entry entry) {
        if (byName.put(entry.name(), entry) != null) {
            throw new IllegalStateException(entry.name() + " is in the catalogue twice");
        }
    }

    private static Entry entry(String section, String name, Map<?, ?> said, Map<?, ?> bounds) {
        Map<String, Entry.Label> labels = new LinkedHashMap<>();
        map(said.get("labels")).forEach((label, values) -> labels.put(String.valueOf(label), label(values)));
        List<Double> buckets =
                list(bounds.get(text(said, "buckets"))).map(Double::valueOf).toList();
        Entry.Type type = Entry.Type.valueOf(text(said, "type").toUpperCase(Locale.ROOT));
        if (type == Entry.Type.HISTOGRAM == buckets.isEmpty()) {
            throw new IllegalStateException(name + ": histograms have buckets, and nothing else has");
        }
        return new Entry(
                section,
                name,
                type,
                text(said, "unit"),
                text(said, "help"),
                labels,
                buckets,
                text(said, "source"),
                text(said, "when"),
                list(said.get("alerts")).toList());
    }

    private static Entry.Label label(@Nullable Object values) {
        if (values instanceof Map<?, ?> bound) {
            return new Entry.Label(List.of(), Integer.parseInt(text(bound, "at_most")), text(bound, "by"));
        }
        List<String> named = list(values).toList();
        return new Entry.Label(named, 0, "");
    }

    public List<Entry> entries() {
        return new ArrayList<>(byName.values());
    }

    /** @throws IllegalArgumentException when it has none of this name */
    Entry entry(String name) {
        Entry entry = byName.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("the catalogue has no metric " + name);
        }
        return entry;
    }

    /** Whether one of micrometer's own meters is wanted. */
    boolean takes(String source) {
        return byName.values().stream().anyMatch(entry -> entry.source().equals(source));
    }

    private static Map<?, ?> map(@Nullable Object node) {
        return node instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Stream<String> list(@Nullable Object node) {
        return node instanceof List<?> list ? list.stream().map(String::valueOf) : Stream.of();
    }

    private static String text(Map<?, ?> node, String key) {
        return Optional.ofNullable(node.get(key)).map(String::valueOf).orElse("");
    }
}
