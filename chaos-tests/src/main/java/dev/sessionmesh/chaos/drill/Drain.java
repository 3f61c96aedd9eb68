package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import java.time.Duration;

/** Each node in turn is told to leave, called back, told again, and leaves; under load. */
final class Drain implements Drill.Scenario {

    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(90);
    private static final Duration SERVES_WITHIN = Duration.ofSeconds(10);
    private static final String CALLED_BACK = "a node that was called back serves again";
    private static final String LEAVES = "a node that was told to leave does so, and its process ends";

    @Override
    public void play(Arena arena) {
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            for (Node node : arena.lab.nodes()) {
                callBack(arena, node);
                leave(arena, node);
            }
        }
    }

    private static void callBack(Arena arena, Node node) {
        Operator operator = new Operator(node);
        operator.drain();
        arena.expect(
                CALLED_BACK,
                node.status("/health/ready") == 503,
                node.name() + " was told to leave and calls itself ready");
        operator.stay();
        Waiting.until(
                node.name() + " to be ready again",
                SERVES_WITHIN,
                () -> node.status("/health/ready") == 200,
                () -> operator.status().encode());
        arena.workload.visit(node);
        arena.goesOn(1);
    }

    private static void leave(Arena arena, Node node) {
        arena.note(Timings.STOP, node.name());
        new Operator(node).drain();
        Waiting.until(node.name() + " to leave", LEAVES_WITHIN, () -> !node.running(), node::logTail);
        arena.expect(LEAVES, node.exitValue() == 0, node.name() + " ended with " + node.exitValue());
        arena.goesOn(1);
        arena.restart(node);
        arena.awaitWhole();
        arena.workload.visit(node);
        arena.goesOn(1);
    }
}
