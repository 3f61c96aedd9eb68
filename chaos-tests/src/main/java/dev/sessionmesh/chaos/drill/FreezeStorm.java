package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.lab.Node;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One member after the other is frozen past the failure detection, again and again, under load. The survivors must not evict each
 * other, not even for a moment.
 */
final class FreezeStorm {

    private static final Duration FROZEN_FOR = Duration.ofSeconds(9);
    private static final Duration SETTLES = Duration.ofSeconds(3);
    private static final String KEEP = "survivors of a freeze never evict each other";

    private FreezeStorm() {}

    static void play(Arena arena) {
        arena.underLoad();
        int evictions = 0;
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Node victim = arena.lab.nodes().get(round % arena.lab.nodes().size());
            Lookout lookout = new Lookout(
                    arena, arena.lab.nodes().stream().filter(n -> n != victim).toList());
            arena.freeze(victim);
            Arena.pass(FROZEN_FOR);
            arena.goesOnWithout(List.of(victim));
            long thawedNs = System.nanoTime();
            arena.thaw(victim);
            Arena.pass(SETTLES);
            Set<String> lost = lookout.end();
            evictions += lost.isEmpty() ? 0 : 1;
            arena.expect(KEEP, lost.isEmpty(), "round " + round + ", " + victim.name() + " frozen: " + lost);
            arena.awaitMerged(List.of(victim), thawedNs);
            arena.awaitWhole();
            arena.goesOn(1);
        }
        arena.notes.add(
                "rounds in which survivors evicted each other: " + evictions + " of " + arena.settings.rounds());
        arena.notes.add("nodes that were merged and started anew: "
                + arena.history
                        .all(Entry.Nemesis.class)
                        .filter(n -> n.act().startsWith("start again"))
                        .count());
    }
}
