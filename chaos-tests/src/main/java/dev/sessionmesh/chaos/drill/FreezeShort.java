package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.lab.Node;
import java.time.Duration;

/**
 * A pause that is shorter than the failure detection, of any member in turn. Nobody may be thrown out for it; and as every member
 * holds a copy of everything here, nothing may be acknowledged while one of them can't answer.
 */
final class FreezeShort {

    private static final Duration FROZEN_FOR = Duration.ofSeconds(3);
    /** What was on its way when the signal was sent may still arrive. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(500);

    private static final Duration EVICTION_WOULD_SHOW = Duration.ofSeconds(6);
    private static final String STAY = "nobody is thrown out for a pause of 3 s";
    private static final String COPIES = "nothing is acknowledged while a backup can't answer";

    private FreezeShort() {}

    static void play(Arena arena) {
        boolean everywhere = arena.settings.backups() >= arena.settings.nodes() - 1;
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Node victim = arena.lab.nodes().get(round % arena.lab.nodes().size());
            Lookout lookout = new Lookout(arena, arena.lab.nodes());
            arena.freeze(victim);
            long frozen = System.nanoTime();
            Arena.pass(FROZEN_FOR);
            long thawed = System.nanoTime();
            arena.thaw(victim);
            Arena.pass(EVICTION_WOULD_SHOW);
            var lost = lookout.end();
            arena.expect(STAY, lost.isEmpty(), victim.name() + " frozen: " + lost);
            if (everywhere) {
                arena.expect(
                        COPIES,
                        acknowledged(arena, frozen, thawed) == 0,
                        acknowledged(arena, frozen, thawed) + " commands were acknowledged while " + victim.name()
                                + " was frozen");
            }
            arena.awaitWhole();
            arena.goesOn(2);
        }
    }

    private static long acknowledged(Arena arena, long frozenNs, long thawedNs) {
        return arena.history
                .all(Entry.Ok.class)
                .filter(ok -> !ok.duplicate()
                        && ok.at().ns() > frozenNs + ON_ITS_WAY.toNanos()
                        && ok.at().ns() < thawedNs)
                .count();
    }
}
