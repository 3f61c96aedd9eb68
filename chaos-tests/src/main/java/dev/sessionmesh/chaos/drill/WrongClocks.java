package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One node's date is five minutes ahead, another's five behind, and then each dies once: times may look odd, nothing else may. */
final class WrongClocks implements Drill.Scenario {

    private static final Duration OFF_BY = Duration.ofMinutes(5);
    private static final String WRONG = "the clocks are wrong indeed";

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        return plan.withClocks(List.of(OFF_BY, OFF_BY.negated()));
    }

    @Override
    public void play(Arena arena) {
        arena.underLoad();
        arena.goesOn(2);
        String session = arena.workload.sessions().getFirst();
        boolean ahead = arena.workload.readLog(arena.lab.nodes().getFirst().url(), session).stream()
                .map(event -> event.field("at"))
                .filter(at -> !at.isEmpty())
                .anyMatch(at -> Instant.parse(at).isAfter(Instant.now().plus(OFF_BY.dividedBy(2))));
        arena.expect(WRONG, ahead, "no event of " + session + " is of a time to come");
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
