package dev.sessionmesh.chaos.drill;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A distribution of times with the targets it is held against; in milliseconds. */
record Measure(
        String name,
        long count,
        double p50Ms,
        double p99Ms,
        double maxMs,
        OptionalDouble targetP50Ms,
        OptionalDouble targetP99Ms) {

    static Measure of(String name, Histogram micros) {
        return new Measure(
                name,
                micros.getTotalCount(),
                micros.getValueAtPercentile(50) / 1000.0,
                micros.getValueAtPercentile(99) / 1000.0,
                micros.getMaxValue() / 1000.0,
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    Measure p50AtMost(double ms) {
        return new Measure(name, count, p50Ms, p99Ms, maxMs, OptionalDouble.of(ms), targetP99Ms);
    }

    Measure p99AtMost(double ms) {
        return new Measure(name, count, p50Ms, p99Ms, maxMs, targetP50Ms, OptionalDouble.of(ms));
    }

    Verdict verdict() {
        if (targetP50Ms.isEmpty() && targetP99Ms.isEmpty()) {
            return Verdict.NO_TARGET;
        }
        if (count == 0) {
            return Verdict.NO_DATA;
        }
        boolean met = p50Ms <= targetP50Ms.orElse(Double.MAX_VALUE) && p99Ms <= targetP99Ms.orElse(Double.MAX_VALUE);
        return Verdict.of(met);
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-46s %7d  p50 %8.1f%s  p99 %8.1f%s  max %8.1f ms  %s",
                name,
                count,
                p50Ms,
                target(targetP50Ms),
                p99Ms,
                target(targetP99Ms),
                maxMs,
                verdict().word());
    }

    /** What was wanted and not had. */
    String missed() {
        StringBuilder missed = new StringBuilder();
        if (p50Ms > targetP50Ms.orElse(Double.MAX_VALUE)) {
            missed.append(
                    String.format(Locale.ROOT, "p50 %.1f ms, wanted at most %.0f. ", p50Ms, targetP50Ms.getAsDouble()));
        }
        if (p99Ms > targetP99Ms.orElse(Double.MAX_VALUE)) {
            missed.append(
                    String.format(Locale.ROOT, "p99 %.1f ms, wanted at most %.0f.", p99Ms, targetP99Ms.getAsDouble()));
        }
        return missed.toString().strip();
    }

    private static String target(OptionalDouble target) {
        return target.isPresent() ? String.format(Locale.ROOT, " (<= %4.0f)", target.getAsDouble()) : "          ";
    }

    static Measure parse(JsonObject json) {
        return new Measure(
                json.getString("name"),
                json.getLong("count"),
                json.getDouble("p50Ms"),
                json.getDouble("p99Ms"),
                json.getDouble("maxMs"),
                target(json.getDouble("targetP50Ms")),
                target(json.getDouble("targetP99Ms")));
    }

    private static OptionalDouble target(@Nullable Double ms) {
        return ms == null ? OptionalDouble.empty() : OptionalDouble.of(ms);
    }

    JsonObject json() {
        JsonObject json = new JsonObject()
                .put("name", name)
                .put("count", count)
                .put("p50Ms", p50Ms)
                .put("p99Ms", p99Ms)
                .put("maxMs", maxMs)
                .put("verdict", verdict().code());
        targetP50Ms.ifPresent(t -> json.put("targetP50Ms", t));
        targetP99Ms.ifPresent(t -> json.put("targetP99Ms", t));
        return json;
    }
}
