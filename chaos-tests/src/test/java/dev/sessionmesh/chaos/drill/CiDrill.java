package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.UnaryOperator;

/** A drill in a size for CI: the promises must hold; how long things took is printed, but depends on the machine. */
final class CiDrill {

    private CiDrill() {}

    static void run(String name) {
        run(name, UnaryOperator.identity());
    }

    static void run(String name, UnaryOperator<DrillSettings> smaller) {
        Drill drill = Drills.named(name);
        Report report = drill.run(smaller.apply(drill.standard()));
        System.out.print(report.text());
        // The summary of a failed run shows the first line only.
        assertTrue(report.correct(), () -> report.broken() + System.lineSeparator() + report.text());
    }
}
