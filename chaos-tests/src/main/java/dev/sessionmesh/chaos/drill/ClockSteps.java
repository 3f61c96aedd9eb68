package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The date of each node is set under load: five minutes ahead, then back, which a clock that is right again does; five minutes behind, and back. Whoever
 * counts time by the date believes that all were silent for minutes, or that nothing will be due for as long.
 */
final class ClockSteps implements Drill.Scenario {

    private static final Duration STEP = Duration.ofMinutes(5);
    private static final List<Duration> DATES = List.of(STEP, Duration.ZERO, STEP.negated(), Duration.ZERO);
    /** The nodes have this long to do something foolish. */
    private static final Duration STAYS = Duration.ofSeconds(4);

    private static final String STAY = "nobody is thrown out as a date is set";

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        return plan.withClocks(List.of(Duration.ZERO));
    }

    @Override
    public void play(Arena arena) {
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            for (Node node : arena.lab.nodes()) {
                Lookout lookout = new Lookout(arena, arena.lab.nodes());
                for (Duration date : DATES) {
                    arena.note("clock set to " + date.toSeconds() + " s", node.name());
                    node.setClock(date);
                    Arena.pass(STAYS);
                    arena.goesOn(1);
                }
                Set<String> lost = lookout.end();
                arena.expect(STAY, lost.isEmpty(), "the date of " + node.name() + " was set: " + lost);
                arena.awaitWhole();
            }
        }
        arena.goesOn(1);
    }
}
