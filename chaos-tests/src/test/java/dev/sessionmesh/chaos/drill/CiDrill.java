package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** A drill in a size for CI: the promises must hold; how long things took is printed, but depends on the machine. */
final class CiDrill {

    private CiDrill() {}

    static void run(String name) {
        Drill drill = Drills.named(name);
        Report report = drill.run(drill.standard());
        System.out.print(report.text());
        assertTrue(report.correct(), report::text);
    }
}
