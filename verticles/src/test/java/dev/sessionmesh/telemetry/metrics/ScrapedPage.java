package dev.sessionmesh.telemetry.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prometheus' text format, read back. */
public record ScrapedPage(Map<String, String> types, List<Sample> samples) {
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");
    /** What is beside the labels of a histogram's or a summary's own. */
    private static final Set<String> OF_BUCKETS = Set.of("le", "quantile");

    /** @param labels without those of buckets */
    public record Sample(String name, Map<String, String> labels, String bucket, double value) {}

    public static ScrapedPage of(String text) {
        Map<String, String> types = new LinkedHashMap<>();
        List<Sample> samples = new ArrayList<>();
        for (String line : text.split("\n")) {
            Matcher type = TYPE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            } else if (!line.startsWith("#") && !line.isBlank()) {
                samples.add(sample(line));
            }
        }
        return new ScrapedPage(types, samples);
    }

    private static Sample sample(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new AssertionError("no sample: " + line);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        String bucket = "";
        Matcher label = LABEL.matcher(Optional.ofNullable(parts.group(2)).orElse(""));
        while (label.find()) {
            if (OF_BUCKETS.contains(label.group(1))) {
                bucket = label.group(2);
            } else {
                labels.put(label.group(1), label.group(2));
            }
        }
        return new Sample(
                parts.group(1),
                labels,
                bucket,
                Double.parseDouble(parts.group(3).replace("+Inf", "Infinity")));
    }

    /** The samples of a family. */
    public List<Sample> family(String family) {
        return samples.stream()
                .filter(sample -> sample.name().equals(family)
                        || !types.containsKey(sample.name())
                                && sample.name()
                                        .replaceAll("_(bucket|sum|count)$", "")
                                        .equals(family))
                .toList();
    }

    /** @param labels name, value, name, value ... */
    public double value(String name, String... labels) {
        Map<String, String> wanted = new LinkedHashMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && sample.labels().equals(wanted))
                .mapToDouble(Sample::value)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + wanted));
    }
}
