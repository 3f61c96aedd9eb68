package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;

/**
 * Freezes a node for longer than the failure detection allows, and thaws it. The others must not lose each other over it, the
 * zombie must not get a word in, and its tabs must find their way.
 */
final class Freeze {

    private static final Duration BACK_WITHIN = Duration.ofSeconds(45);
    private static final Duration FROZEN_FOR = Duration.ofSeconds(9);

    private Freeze() {}

    static void play(Arena arena) {
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Node victim = Drills.busiest(arena, List.of());
            arena.freeze(victim);
            long end = System.nanoTime() + FROZEN_FOR.toNanos();
            Waiting.until("the freeze to pass", FROZEN_FOR.plusSeconds(5), () -> System.nanoTime() > end, () -> "");
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
            arena.thaw(victim);
            comeBack(arena, victim);
            arena.awaitWhole();
            arena.goesOn(1);
        }
    }

    /** A thawed node may end itself to come back clean: whoever runs it starts it again. */
    private static void comeBack(Arena arena, Node victim) {
        Waiting.until(
                victim.name() + " to be ready again or to have ended",
                BACK_WITHIN,
                () -> !victim.running() || victim.status("/health/ready") == 200,
                victim::logTail);
        if (!victim.running()) {
            arena.restart(victim);
        }
    }
}
