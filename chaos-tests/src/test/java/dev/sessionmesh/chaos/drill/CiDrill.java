package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** A drill in a size for CI: the promises must hold; how long things took is printed, but depends on the machine. */
final class CiDrill {

    private CiDrill() {}

    static void run(String name) {
        Drill drill = Drills.named(name);
        Report report = drill.run(drill.standard());
        System.out.print(report.text());
        // The summary of a failed run shows the first line only.
        assertTrue(report.correct(), () -> report.broken() + System.lineSeparator() + report.text());
    }
}
