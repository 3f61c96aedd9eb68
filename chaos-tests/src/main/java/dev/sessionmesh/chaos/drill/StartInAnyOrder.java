package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Directories;
import dev.sessionmesh.chaos.lab.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * All nodes are stopped dead and started again in an order and at intervals that the seed chooses; every other time without what
 * they remembered. They must become one cluster that takes writes, and no smaller one before.
 */
final class StartInAnyOrder {

    private static final Duration READY_WITHIN = Duration.ofSeconds(150);
    private static final int PAUSE_MS_MAX = 6_000;
    private static final String ONE = "nodes that start in any order become one cluster";

    private StartInAnyOrder() {}

    static void play(Arena arena) {
        Random random = new Random(arena.settings.seed());
        Histogram times = new Histogram(3);
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            arena.killMajority(arena.lab.nodes());
            if (round % 2 == 1) {
                arena.lab.nodes().forEach(node -> Directories.remove(node.dir().resolve("state")));
            }
            List<Node> order = new ArrayList<>(arena.lab.nodes());
            Collections.shuffle(order, random);
            boolean atOnce = round == arena.settings.rounds();
            arena.notes.add(
                    "round " + round + ": " + order.stream().map(Node::name).toList() + (atOnce ? " at once" : "")
                            + (round % 2 == 1 ? ", nothing remembered" : ""));
            for (Node node : order) {
                arena.note("start", node.name());
                node.start();
                if (!atOnce) {
                    Arena.pass(Duration.ofMillis(random.nextInt(PAUSE_MS_MAX)));
                }
            }
            long allStarted = System.nanoTime();
            arena.lab.awaitAllReady(READY_WITHIN);
            arena.awaitWhole();
            times.recordValue((System.nanoTime() - allStarted) / 1000);
            arena.expect(ONE, true, "");
        }
        arena.measures.add(Measure.of("last node started to a whole cluster", times));
        arena.underLoad();
        arena.goesOn(2);
    }
}
