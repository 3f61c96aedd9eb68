package dev.sessionmesh.provider;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.provider.ModelMeters.Outcome;
import dev.sessionmesh.telemetry.metrics.Metrics;

/** Measures another provider: how long its first word and its steps take, how they end, and what they cost. */
public final class MeteredProvider implements Provider {
    private final Provider measured;
    private final ModelMeters meters;

    /** @param name of the provider, as sessions call it */
    public MeteredProvider(Provider measured, String name, Metrics metrics) {
        this.measured = measured;
        this.meters = new ModelMeters(metrics, name);
    }

    @Override
    public Step start(Request request, Sink sink) {
        MeteredStep step = new MeteredStep(sink);
        try {
            step.running = measured.start(request, step);
        } catch (RuntimeException bug) {
            step.over(Outcome.FAILED);
            meters.failed("provider_error");
            throw bug;
        }
        return step;
    }

    /** Stands between the step and those on both of its sides. All calls happen on one event loop. */
    private final class MeteredStep implements Step, Sink {
        private final Sink sink;
        private final long begun = System.nanoTime();
        private Step running = NOTHING;
        private boolean spoken;
        private boolean over;

        MeteredStep(Sink sink) {
            this.sink = sink;
        }

        private void spoke() {
            if (!spoken) {
                spoken = true;
                meters.firstToken.nanos(System.nanoTime() - begun);
            }
        }

        private void over(Outcome outcome) {
            if (!over) {
                over = true;
                meters.ended(outcome, System.nanoTime() - begun);
            }
        }

        @Override
        public void piece(DeltaKind kind, String piece) {
            spoke();
            sink.piece(kind, piece);
        }

        @Override
        public void call(String tool, Payload arguments) {
            spoke();
            sink.call(tool, arguments);
        }

        @Override
        public void call(String tool, Payload arguments, Executor executor, boolean approval) {
            spoke();
            sink.call(tool, arguments, executor, approval);
        }

        @Override
        public void steered(String steerId) {
            sink.steered(steerId);
        }

        @Override
        public void end(End end) {
            switch (end) {
                case End.Stop(var usage) -> {
                    over(Outcome.STOP);
                    meters.used(usage);
                }
                case End.Continue(var usage) -> {
                    over(Outcome.CONTINUE);
                    meters.used(usage);
                }
                case End.Restart(String code, String reason) -> {
                    over(Outcome.RESTART);
                    meters.failed(code);
                }
                case End.Failed(String code, String reason) -> {
                    over(Outcome.FAILED);
                    meters.failed(code);
                }
            }
            sink.end(end);
        }

        @Override
        public void pause() {
            running.pause();
        }

        @Override
        public void resume() {
            running.resume();
        }

        @Override
        public void cancel() {
            over(Outcome.CANCELLED);
            running.cancel();
        }
    }

    /** Until the measured step is there. */
    private static final Step NOTHING = new Step() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
    };
}
