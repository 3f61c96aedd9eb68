package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.DeltaKind;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays cues to a sink, each at its time. Due times add up and are never derived from when a timer fired, so that the pace does not
 * drift: what is late comes at once, several cues together. Time that was spent paused is not made up for.
 */
final class Performance implements Provider.Step {
    /** The longest it keeps the event loop: then it is the others' turn. */
    private static final long SLICE_NANOS = 500_000;

    /** What a performance needs of the world. */
    record Stage(Vertx vertx, InstantSource clock, LongSupplier nanos) {}

    private static final long NO_TIMER = -1;

    private final Stage stage;
    private final Context context;
    private final Iterator<Cue> cues;
    private final Provider.Sink sink;
    private @Nullable Cue next;
    private long due;
    private long timer = NO_TIMER;
    private boolean scheduled;
    private boolean paused;
    private boolean over;

    Performance(Stage stage, Iterator<Cue> cues, Provider.Sink sink) {
        this.stage = stage;
        this.context = stage.vertx().getOrCreateContext();
        this.cues = cues;
        this.sink = sink;
        this.due = stage.nanos().getAsLong();
    }

    /** The first output comes when the caller has the step in its hands. */
    Performance begin() {
        soon();
        return this;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            due = Math.max(due, stage.nanos().getAsLong());
            soon();
        }
    }

    @Override
    public void cancel() {
        over = true;
        stage.vertx().cancelTimer(timer);
    }

    private void soon() {
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(now -> play());
        }
    }

    private void later(long nanos) {
        scheduled = true;
        timer = stage.vertx().setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999)), fired -> play());
    }

    private void play() {
        scheduled = false;
        long begun = stage.nanos().getAsLong();
        while (!over && !paused) {
            Cue cue = next;
            if (cue == null) {
                cue = cues.next();
                next = cue;
                due += TimeUnit.MICROSECONDS.toNanos(cue.delayMicros());
            }
            long now = stage.nanos().getAsLong();
            if (due > now) {
                later(due - now);
                return;
            }
            if (now - begun > SLICE_NANOS) {
                soon();
                return;
            }
            next = null;
            perform(cue);
        }
    }

    private void perform(Cue cue) {
        switch (cue) {
            case Cue.Say(String text, long delay) -> sink.piece(DeltaKind.TEXT, text);
            case Cue.Stamp(int bytes, long delay) ->
                sink.piece(DeltaKind.TEXT, BenchScript.stamp(stage.clock().instant(), bytes));
            case Cue.Acknowledge(String steer) -> sink.steered(steer);
            case Cue.Call call ->
                sink.call(call.tool(), Payload.of(call.arguments()), call.executor(), call.approval());
            case Cue.Finish(Provider.End end) -> {
                over = true;
                sink.end(end);
            }
        }
    }
}
