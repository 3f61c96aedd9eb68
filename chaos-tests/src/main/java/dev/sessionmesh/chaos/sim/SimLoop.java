package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** An event loop of a simulated node: in order within itself, in any order with the node's other loops. */
final class SimLoop implements Loop {
    private final Timeline timeline;
    private final Machine machine;
    private final Dice dice;
    private long last;

    SimLoop(Timeline timeline, Machine machine, Dice dice) {
        this.timeline = timeline;
        this.machine = machine;
        this.dice = dice;
    }

    @Override
    public void execute(Runnable work) {
        last = Math.max(last, timeline.now() + dice.below(30));
        timeline.at(last, machine, () -> here(work));
    }

    @Override
    public void after(long millis, Runnable work) {
        timeline.in(millis * Timeline.MILLI + dice.below(1_000), machine, () -> here(work));
    }

    @Override
    public Timer every(long millis, Runnable work) {
        Periodic periodic = new Periodic(millis, work);
        after(millis, periodic);
        return periodic;
    }

    @Override
    public <T> Future<T> bring(CompletionStage<T> stage) {
        Promise<T> promise = Promise.promise();
        var unused = stage.whenComplete((value, failure) -> execute(() -> {
            if (failure == null) {
                promise.complete(value);
            } else {
                promise.fail(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        }));
        return promise.future();
    }

    @Override
    public long nanos() {
        return timeline.now() * 1_000;
    }

    private void here(Runnable work) {
        machine.enter(this);
        work.run();
    }

    private final class Periodic implements Timer, Runnable {
        private final long millis;
        private final Runnable work;
        private boolean cancelled;

        Periodic(long millis, Runnable work) {
            this.millis = millis;
            this.work = work;
        }

        @Override
        public void run() {
            if (!cancelled) {
                after(millis, this);
                work.run();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
