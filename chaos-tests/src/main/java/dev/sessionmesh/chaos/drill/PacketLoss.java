package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Network.Cut;
import dev.sessionmesh.chaos.lab.Node;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Every link between nodes loses some of its packets for a while: what is said arrives late, and nobody may be thrown out for that. */
final class PacketLoss {
    private static final int SOME_PERCENT = 5;
    private static final int MANY_PERCENT = 20;
    private static final Duration LOST_FOR = Duration.ofSeconds(20);
    private static final String STAY = "nobody is thrown out while a twentieth of the packets gets lost";

    private PacketLoss() {}

    static void play(Arena arena) {
        List<Integer> all = Partition.numbers(arena.lab.nodes());
        List<Cut> links = IntStream.range(0, all.size())
                .boxed()
                .flatMap(i -> Cut.between(all.subList(i, i + 1), all.subList(i + 1, all.size())).stream())
                .toList();
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Set<String> few = lose(arena, links, SOME_PERCENT);
            arena.expect(STAY, few.isEmpty(), "" + few);
            Set<String> many = lose(arena, links, MANY_PERCENT);
            if (!many.isEmpty()) {
                arena.notes.add("of " + MANY_PERCENT + " percent of the packets: " + many);
            }
        }
    }

    /** Who lost sight of whom. */
    private static Set<String> lose(Arena arena, List<Cut> links, int percent) {
        List<Node> nodes = arena.lab.nodes();
        Lookout lookout = new Lookout(arena, nodes);
        arena.lose(links, percent);
        Arena.pass(LOST_FOR);
        arena.goesOn(1);
        arena.heal();
        long healedNs = System.nanoTime();
        Set<String> lost = lookout.end();
        if (!lost.isEmpty()) {
            arena.awaitMerged(nodes, healedNs);
        }
        arena.awaitWhole();
        arena.goesOn(1);
        return lost;
    }
}
