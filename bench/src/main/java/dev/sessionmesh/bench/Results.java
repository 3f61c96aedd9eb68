package dev.sessionmesh.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The figures of one benchmark, printed as they come. */
public final class Results {
    private final Benchmark benchmark;
    private final PrintWriter out;
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Results(Benchmark benchmark, PrintWriter out) {
        this.benchmark = benchmark;
        this.out = out;
    }

    public void figure(String name, double value, String unit, Target target) {
        Figure figure = new Figure(name, value, unit, target);
        figures.add(figure);
        out.printf("  %-58s %12s %-10s %-12s %s%n", name, Figure.number(value), unit, target.text(), figure.verdict());
        out.flush();
    }

    public void figure(String name, double value, String unit) {
        figure(name, value, unit, Target.none());
    }

    /** The quantiles of a latency in microseconds, as milliseconds. */
    public void latency(String name, Histogram micros, Target p99) {
        if (micros.getTotalCount() == 0) {
            throw new IllegalStateException("nothing was measured for " + name);
        }
        figure(name + " p50", micros.getValueAtPercentile(50) / 1000.0, "ms");
        figure(name + " p99", micros.getValueAtPercentile(99) / 1000.0, "ms", p99);
        figure(name + " p99.9", micros.getValueAtPercentile(99.9) / 1000.0, "ms");
        figure(name + " max", micros.getMaxValue() / 1000.0, "ms");
    }

    /** What a reader must know beside the figures. */
    public void note(String note) {
        notes.add(note);
        out.println("  " + note);
        out.flush();
    }

    long missed() {
        return figures.stream()
                .filter(figure -> !figure.target().met(figure.value()))
                .count();
    }

    JsonObject json() {
        JsonArray rows = new JsonArray();
        for (Figure figure : figures) {
            rows.add(new JsonObject()
                    .put("name", figure.name())
                    .put("value", figure.value())
                    .put("unit", figure.unit())
                    .put("target", figure.target().text())
                    .put("met", figure.target().met(figure.value())));
        }
        return new JsonObject()
                .put("benchmark", benchmark.name())
                .put("question", benchmark.question())
                .put("figures", rows)
                .put("notes", new JsonArray(notes));
    }
}
