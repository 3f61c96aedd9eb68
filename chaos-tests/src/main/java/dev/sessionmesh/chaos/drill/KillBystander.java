package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Kills a node that only holds tabs. A turn runs where its session's partition lives, so the sessions are picked by asking each a
 * question first and keeping those that another node answered.
 */
final class KillBystander {

    private static final int TRIES_PER_SESSION = 10;

    private KillBystander() {}

    static void play(Arena arena) {
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Node victim = arena.lab.nodes().get(round % arena.lab.nodes().size());
            arena.workload.rest();
            List<String> sessions = open(arena, victim, round);
            arena.workload.startOnly(sessions);
            arena.goesOn(2);
            arena.expect(
                    "the killed node ran no turn",
                    !arena.workload.runners().containsKey(victim.name()),
                    victim.name() + " ran turns: " + arena.workload.runners());
            arena.kill(List.of(victim));
            arena.goesOn(2);
            arena.retire(sessions);
            arena.restart(victim);
            arena.awaitWhole();
        }
    }

    private static List<String> open(Arena arena, Node victim, int round) {
        List<String> kept = new ArrayList<>();
        for (int i = 1; kept.size() < arena.settings.sessions(); i++) {
            if (i > arena.settings.sessions() * TRIES_PER_SESSION) {
                throw new LabException("every session runs on " + victim.name());
            }
            String session = "bystander" + round + "-" + i;
            if (!arena.workload.whoRuns(session).equals(victim.name())) {
                arena.workload.openExisting(session, i);
                kept.add(session);
            }
        }
        return kept;
    }
}
