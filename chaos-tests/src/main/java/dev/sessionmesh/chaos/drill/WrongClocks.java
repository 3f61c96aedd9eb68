package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/** One node's date is five minutes ahead, another's five behind, and then each dies once: times may look odd, nothing else may. */
final class WrongClocks implements Drill.Scenario {

    private static final Duration OFF_BY = Duration.ofMinutes(5);

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        return plan.withClocks(List.of(OFF_BY, OFF_BY.negated()));
    }

    @Override
    public void play(Arena arena) {
        arena.underLoad();
        arena.goesOn(2);
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            for (Node node : arena.lab.nodes()) {
                arena.kill(List.of(node));
                arena.goesOn(2);
                arena.restart(node);
                arena.awaitWhole();
                arena.workload.visit(node);
                arena.goesOn(1);
            }
        }
    }
}
