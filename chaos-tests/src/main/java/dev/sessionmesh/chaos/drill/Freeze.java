package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Freezer;
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
            Runnable meanwhile = () -> endure(arena, victim);
            long thawedNs = round % 2 == 0 ? byFreezer(arena, victim, meanwhile) : bySignal(arena, victim, meanwhile);
            arena.awaitMerged(List.of(victim), thawedNs);
            arena.awaitWhole();
            arena.goesOn(1);
        }
    }

    private static long bySignal(Arena arena, Node victim, Runnable meanwhile) {
        arena.freeze(victim);
        meanwhile.run();
        long thawedNs = System.nanoTime();
        arena.thaw(victim);
        return thawedNs;
    }

    /**
     * All threads at once, as when a virtual machine is moved; a signal stops them one after the other.
     *
     * @return when it went on
     */
    static long byFreezer(Arena arena, Node victim, Runnable meanwhile) {
        String missing = Freezer.missing();
        if (!missing.isEmpty()) {
            arena.notes.add("NOT DONE: no node was frozen by its control group, which needs " + missing);
            return bySignal(arena, victim, meanwhile);
        }
        arena.note(Timings.FREEZE, victim.name());
        try (Freezer _ = Freezer.on(victim)) {
            meanwhile.run();
        }
        long thawedNs = System.nanoTime();
        arena.note(Timings.THAW, victim.name());
        return thawedNs;
    }

    private static void endure(Arena arena, Node victim) {
        Arena.pass(FROZEN_FOR);
        List<Node> others =
                arena.lab.running().stream().filter(n -> n != victim).toList();
        for (Node node : others) {
            int members =
                    arena.cluster(node).getJsonArray("nodes", new JsonArray()).size();
            arena.expect(
                    "a frozen node costs the cluster that node and no other",
                    members == others.size(),
                    node.name() + " counts " + members + " members while " + victim.name() + " is frozen");
        }
        arena.goesOn(1);
    }
}
