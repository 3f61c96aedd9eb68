package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Node;
import java.util.ArrayList;
import java.util.List;

/** Nodes join under load, one after the other, and leave again in order. */
final class Scale {

    private static final int MORE = 2;

    private Scale() {}

    static void play(Arena arena) {
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            List<Node> joined = new ArrayList<>();
            for (int i = 0; i < MORE; i++) {
                Node node = arena.join();
                joined.add(node);
                arena.awaitWhole();
                arena.workload.visit(node);
                arena.goesOn(1);
            }
            for (Node node : joined) {
                arena.stopOrderly(node);
                arena.lab.remove(node);
                arena.goesOn(1);
                arena.awaitWhole();
            }
        }
        arena.goesOn(1);
    }
}
