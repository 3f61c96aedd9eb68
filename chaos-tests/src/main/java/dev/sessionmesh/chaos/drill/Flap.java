package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Network.Cut;
import dev.sessionmesh.chaos.lab.Node;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The links of one node come and go: first too fast for the failure detection, then slowly enough for it to act each time. */
final class Flap {

    private static final int FAST_TIMES = 8;
    private static final Duration FAST = Duration.ofSeconds(2);
    private static final int SLOW_TIMES = 3;
    private static final Duration SLOW = Duration.ofSeconds(7);
    private static final Duration UP = Duration.ofSeconds(1);
    private static final String EACH_OTHER = "those whose link is whole never lose each other";

    private Flap() {}

    static void play(Arena arena) {
        List<Node> nodes = arena.lab.nodes();
        List<Node> flapping = nodes.subList(0, 1);
        List<Node> others = nodes.subList(1, nodes.size());
        List<Cut> cuts = Cut.between(Partition.numbers(flapping), Partition.numbers(others));
        arena.underLoad();
        Lookout lookout = new Lookout(arena, others);
        for (int i = 0; i < FAST_TIMES + SLOW_TIMES; i++) {
            arena.cut(cuts, flapping);
            Arena.pass(i < FAST_TIMES ? FAST : SLOW);
            arena.heal();
            Arena.pass(UP);
        }
        long lookedNs = System.nanoTime();
        Set<String> lost = lookout.end();
        arena.expect(EACH_OTHER, lost.isEmpty(), "" + lost);
        arena.awaitMerged(flapping, lookedNs);
        arena.awaitWhole();
        arena.goesOn(2);
    }
}
