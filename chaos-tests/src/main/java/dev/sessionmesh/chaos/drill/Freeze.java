package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;

/**
 * Freezes a node for longer than the failure detection allows, and thaws it. The others must not lose each other over it, the
 * zombie must not get a word in, and its tabs must find their way.
 */
final class Freeze {

    private static final Duration FROZEN_FOR = Duration.ofSeconds(9);

    private Freeze() {}

    static void play(Arena arena) {
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Node victim = Drills.busiest(arena, List.of());
            arena.freeze(victim);
            Arena.pass(FROZEN_FOR);
            List<Node> others =
                    arena.lab.running().stream().filter(n -> n != victim).toList();
            for (Node node : others) {
                int members = arena.cluster(node)
                        .getJsonArray("nodes", new JsonArray())
                        .size();
                arena.expect(
                        "a frozen node costs the cluster that node and no other",
                        members == others.size(),
                        node.name() + " counts " + members + " members while " + victim.name() + " is frozen");
            }
            arena.goesOn(1);
            long thawedNs = System.nanoTime();
            arena.thaw(victim);
            arena.awaitMerged(List.of(victim), thawedNs);
            arena.awaitWhole();
            arena.goesOn(1);
        }
    }
}
