package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.CpuQuota;
import dev.sessionmesh.chaos.lab.Node;
import java.time.Duration;
import java.util.Set;

/** One node gets a tenth of a processor for a while. It may slow the others down; nobody may be thrown out or stop. */
final class SlowNode {

    private static final double SHARE = 0.1;
    private static final Duration SLOW_FOR = Duration.ofSeconds(20);
    private static final String STAY = "nobody is thrown out for being slow";

    private SlowNode() {}

    static void play(Arena arena) {
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Node victim = arena.lab.nodes().get(round % arena.lab.nodes().size());
            Lookout lookout = new Lookout(arena, arena.lab.nodes());
            arena.note("slow", victim.name());
            try (CpuQuota _ = CpuQuota.on(victim, SHARE)) {
                Arena.pass(SLOW_FOR);
                arena.goesOn(1);
            } finally {
                arena.note("fast again", victim.name());
            }
            Set<String> lost = lookout.end();
            arena.expect(STAY, lost.isEmpty(), victim.name() + " was slow: " + lost);
            arena.awaitWhole();
            arena.goesOn(2);
        }
    }
}
