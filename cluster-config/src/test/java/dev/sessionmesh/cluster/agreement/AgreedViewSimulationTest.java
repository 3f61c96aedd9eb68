package dev.sessionmesh.cluster.agreement;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Raise the seeds with {@code -Dsessionmesh.sim.seeds=20000}, repeat one with {@code -Dsessionmesh.sim.seed=17}. */
final class AgreedViewSimulationTest {
    private static final int SEEDS = Integer.getInteger("sessionmesh.sim.seeds", 100);

    @Test
    void two_sides_never_both_may_write_and_everybody_agrees_after_healing() {
        var only = Long.getLong("sessionmesh.sim.seed");
        long views = 0;
        long quorate = 0;
        long quorateInCut = 0;
        for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
            var cluster = run(seed);
            views += cluster.agreedViews;
            quorate += cluster.quorateChecks;
            quorateInCut += cluster.cutChecks;
        }
        // A simulation in which nothing happens proves nothing.
        if (only == null) {
            assertTrue(views > 10L * SEEDS, "views learned: " + views);
            assertTrue(quorate > 15L * SEEDS, "checks with a writing side: " + quorate);
            assertTrue(quorateInCut > SEEDS, "of these while the cluster was cut: " + quorateInCut);
        }
    }

    /** Nodes that were merged and nodes that died forget what they had, and come back on any side. */
    @Test
    void what_a_majority_wrote_is_known_to_the_next_one_whoever_comes_back_empty_and_where() {
        var only = Long.getLong("sessionmesh.sim.seed");
        long quorateInCut = 0;
        for (long seed = only == null ? 1 : only; seed <= (only == null ? SEEDS : only); seed++) {
            quorateInCut += splitAndMerged(seed).cutChecks;
        }
        if (only == null) {
            assertTrue(
                    quorateInCut > 3L * SEEDS, "checks with a writing side while the cluster was cut: " + quorateInCut);
        }
    }

    private static SimulatedCluster splitAndMerged(long seed) {
        var random = new Random(seed * 37);
        var cluster = new SimulatedCluster(seed);
        try {
            int founders = 3 + random.nextInt(3);
            for (int i = 0; i < founders; i++) {
                cluster.add("n" + i, founders);
            }
            cluster.runFor(20_000);
            cluster.remembering();
            cluster.storm();
            for (int step = 0; step < 60; step++) {
                cluster.runFor(random.nextInt(8_000));
                var anybody = cluster.names().get(random.nextInt(founders));
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> cluster.split(2 + random.nextInt(2));
                    case 3 -> cluster.freeze(anybody);
                    case 4, 5 -> cluster.restart(anybody);
                    default -> cluster.heal();
                }
            }
            cluster.calmDown();
            cluster.runFor(60_000);
            assertTrue(
                    cluster.complaints().isEmpty(), () -> cluster.complaints().toString());
            return cluster;
        } catch (AssertionError broken) {
            return fail("seed " + seed + ": " + broken.getMessage() + "\n" + cluster.trace(), broken);
        }
    }

    private static SimulatedCluster run(long seed) {
        var random = new Random(seed * 31);
        var cluster = new SimulatedCluster(seed);
        try {
            int founders = 1 + random.nextInt(5);
            for (int i = 0; i < founders; i++) {
                cluster.add("n" + i, founders);
            }
            cluster.runFor(20_000);
            assertTrue(cluster.complaints().isEmpty(), "no first view");
            cluster.storm();
            int strangers = random.nextInt(5);
            for (int step = 0; step < 40; step++) {
                cluster.runFor(random.nextInt(4_000));
                var names = cluster.names();
                var anybody = names.get(random.nextInt(names.size()));
                switch (random.nextInt(10)) {
                    case 0, 1 -> cluster.split(2 + random.nextInt(2));
                    case 2 -> cluster.heal();
                    case 3 -> cluster.crash(anybody);
                    case 4, 5 -> cluster.start(anybody);
                    case 6 -> cluster.leave(anybody);
                    case 7, 8 -> cluster.freeze(anybody);
                    default -> {
                        if (strangers-- > 0) {
                            cluster.add("s" + strangers, View.NAMES_MAX);
                        }
                    }
                }
            }
            cluster.runFor(10_000);
            cluster.calmDown();
            cluster.runFor(45_000);
            assertTrue(
                    cluster.complaints().isEmpty(), () -> cluster.complaints().toString());
            return cluster;
        } catch (AssertionError broken) {
            return fail("seed " + seed + ": " + broken.getMessage() + "\n" + cluster.trace(), broken);
        }
    }
}
