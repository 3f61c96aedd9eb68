package dev.sessionmesh.loop;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.CompletionStage;

/** The event loops of Vert.x. */
public final class VertxLoops implements Loops {
    private final VertxInternal vertx;

    public VertxLoops(Vertx vertx) {
        this.vertx = (VertxInternal) vertx;
    }

    @Override
    public Loop create() {
        return new VertxLoop(vertx.createEventLoopContext());
    }

    @Override
    public Loop current() {
        return new VertxLoop(vertx.getOrCreateContext());
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    private record VertxLoop(ContextInternal context) implements Loop {
        @Override
        public void execute(Runnable work) {
            context.runOnContext(now -> work.run());
        }

        @Override
        public void after(long millis, Runnable work) {
            context.setTimer(millis, timer -> work.run());
        }

        @Override
        public Timer every(long millis, Runnable work) {
            long id = context.setPeriodic(millis, timer -> work.run());
            return () -> context.owner().cancelTimer(id);
        }

        @Override
        public <T> Future<T> bring(CompletionStage<T> stage) {
            return Future.fromCompletionStage(stage, context);
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    }
}
