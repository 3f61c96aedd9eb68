package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.SmallDisk;
import dev.sessionmesh.chaos.lab.Waiting;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The disk of one of three, with its log and its state, is full. Nothing happens as long as nothing has to be kept: sessions are in memory. Then
 * another node joins, which has to be voted on: a node that can't keep its vote ends itself, and the others go on.
 */
final class FullDisk implements Drill.Scenario {

    private static final Duration FULL_FOR = Duration.ofSeconds(5);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
    private static final int WITHOUT_STATE = 74;
    private static final int NUMBER = 2;

    private static final String ENDS = "a node that can't keep its vote ends itself, and says so by its status";

    private final Deque<SmallDisk> disks = new ArrayDeque<>();

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        disks.push(SmallDisk.at(plan.home(NUMBER)));
        return plan;
    }

    @Override
    public void play(Arena arena) {
        try (SmallDisk disk = disks.pop()) {
            play(arena, disk);
        }
    }

    private static void play(Arena arena, SmallDisk disk) {
        Node victim = arena.lab.nodes().get(NUMBER - 1);
        arena.underLoad();
        arena.note("disk full", victim.name());
        disk.fill();
        Arena.pass(FULL_FOR);
        arena.goesOn(2);
        Node fourth = arena.join();
        Waiting.until(
                victim.name() + " to end itself", ENDS_WITHIN, () -> !victim.running(), () -> arena.cluster(victim)
                        .encode());
        arena.expect(
                ENDS, victim.exitValue() == WITHOUT_STATE, victim.name() + " ended with status " + victim.exitValue());
        arena.goesOn(2);
        arena.note("disk free", victim.name());
        disk.free();
        arena.restart(victim);
        arena.awaitWhole();
        arena.workload.visit(fourth);
        arena.goesOn(1);
        // Its disk goes with this drill, so that it has to go first.
        arena.stopOrderly(victim);
        arena.lab.remove(victim);
        arena.goesOn(1);
    }
}
