package dev.sessionmesh.telemetry.metrics;

import java.util.List;
import java.util.Map;

/**
 * What the catalogue says of one metric.
 *
 * @param section of the catalogue
 * @param unit in the plural, as the name ends where it has one; {@code 1} for yes and no
 * @param labels in order
 * @param buckets upper bounds in seconds; of a histogram only
 * @param source how micrometer calls it, where one of its own binders measures it; else empty
 * @param when what has to happen, or to be set, before it appears; empty: it is there from the start
 * @param alerts that look at it
 */
public record Entry(
        String section,
        String name,
        Type type,
        String unit,
        String help,
        Map<String, Label> labels,
        List<Double> buckets,
        String source,
        String when,
        List<String> alerts) {

    /** As Prometheus names them. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        SUMMARY
    }

    /**
     * Which values a label has: those that are named, or as many as the bound allows.
     *
     * @param atMost 0 where the values are named
     * @param by who makes the values up, in words, where they aren't named
     */
    public record Label(List<String> values, int atMost, String by) {
        boolean allows(String value, int known) {
            return values.isEmpty() ? known < atMost : values.contains(value);
        }
    }
}
