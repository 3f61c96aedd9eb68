package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.store.hazelcast.Background;

/** The loops of a simulated node, and its background threads. */
final class SimLoops implements Loops, Background {
    private final Timeline timeline;
    private final Machine machine;
    private final Dice dice;
    private final SimLoop main;

    SimLoops(Timeline timeline, Machine machine, Dice dice) {
        this.timeline = timeline;
        this.machine = machine;
        this.dice = dice;
        this.main = new SimLoop(timeline, machine, dice);
    }

    @Override
    public SimLoop create() {
        return new SimLoop(timeline, machine, dice);
    }

    @Override
    public Loop current() {
        SimLoop running = machine.running();
        return running == null ? main : running;
    }

    @Override
    public void execute(Runnable work) {
        timeline.in(dice.below(40), machine, work);
    }

    @Override
    public void after(long millis, Runnable work) {
        timeline.in(millis * Timeline.MILLI + dice.below(1_000), machine, work);
    }

    @Override
    public long nanos() {
        return timeline.now() * 1_000;
    }
}
