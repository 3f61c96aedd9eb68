package dev.sessionmesh.telemetry.trace;

import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.trace.About;
import dev.sessionmesh.trace.Span;
import dev.sessionmesh.trace.Traces;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;

/** The stages as spans. Names follow OpenTelemetry's conventions, for agents and models those of {@code gen_ai}. */
final class OtelTraces implements Traces {
    /**
     * What spans may say.
     *
     * @param tenants whether they name the tenant
     * @param content whether they hold what people, models and tools said
     */
    record Telling(boolean tenants, boolean content) {}

    private final Tracer tracer;
    private final Telling telling;

    OtelTraces(Tracer tracer, Telling telling) {
        this.tracer = tracer;
        this.telling = telling;
    }

    @Override
    public boolean on() {
        return true;
    }

    @Override
    public Span command(String type, About about) {
        return started(builder(type, SpanKind.SERVER, about));
    }

    @Override
    public Span append(About about) {
        return started(builder("append", SpanKind.INTERNAL, about));
    }

    @Override
    public Span turn(About about, Turn turn) {
        SpanBuilder builder = builder("turn", SpanKind.INTERNAL, about.at(turn.trace()))
                .setAttribute("gen_ai.operation.name", "invoke_agent")
                .setAttribute("sessionmesh.queued_ms", Math.max(0, turn.startedAt() - turn.receivedAt()))
                .setAttribute("sessionmesh.takeover", about.epoch() > 1);
        Ids.Run run = Ids.Run.of(about.key(), turn, about.epoch());
        if (about.epoch() > 1) {
            builder.addLink(before(about, turn, run));
        }
        return started(Ids.given(run, () -> builder.startSpan()));
    }

    /** The run that this one goes on for. It is sampled if this one is, as the trace is the same; and if this one is not, nobody sees the link. */
    private static SpanContext before(About about, Turn turn, Ids.Run run) {
        SpanContext parent = Places.parse(turn.trace());
        String before = Ids.Run.of(about.key(), turn, about.epoch() - 1).span();
        return SpanContext.createFromRemoteParent(
                parent.isValid() ? parent.getTraceId() : run.trace(),
                before,
                TraceFlags.getSampled(),
                TraceState.getDefault());
    }

    @Override
    public Span step(About about, String provider, String model) {
        SpanBuilder builder = builder(model.isEmpty() ? "chat" : "chat " + model, SpanKind.CLIENT, about)
                .setAttribute("gen_ai.operation.name", "chat")
                .setAttribute("gen_ai.provider.name", provider);
        return started(model.isEmpty() ? builder : builder.setAttribute("gen_ai.request.model", model));
    }

    @Override
    public Span tool(About about, String tool, String callId) {
        return started(builder("execute_tool " + tool, SpanKind.INTERNAL, about)
                .setAttribute("gen_ai.operation.name", "execute_tool")
                .setAttribute("gen_ai.tool.name", tool)
                .setAttribute("gen_ai.tool.call.id", callId));
    }

    @Override
    public Span delivery(About about, String part, long sinceNanos) {
        long now = System.currentTimeMillis();
        return started(builder("deliver", SpanKind.PRODUCER, about)
                .setStartTimestamp(TimeUnit.MILLISECONDS.toNanos(now) - Math.max(0, sinceNanos), TimeUnit.NANOSECONDS)
                .setAttribute("sessionmesh.part", part));
    }

    private SpanBuilder builder(String name, SpanKind kind, About about) {
        SpanContext parent = Places.parse(about.place());
        SpanBuilder builder = tracer.spanBuilder(name).setSpanKind(kind);
        if (parent.isValid()) {
            builder.setParent(Context.root().with(io.opentelemetry.api.trace.Span.wrap(parent)));
        } else {
            builder.setNoParent();
        }
        builder.setAttribute("gen_ai.conversation.id", about.key().id());
        if (telling.tenants()) {
            builder.setAttribute("sessionmesh.tenant", about.key().tenant());
        }
        if (!about.turn().isEmpty()) {
            builder.setAttribute("sessionmesh.turn", about.turn());
        }
        if (about.epoch() > 0) {
            builder.setAttribute("sessionmesh.epoch", about.epoch());
        }
        return builder;
    }

    private Span started(SpanBuilder builder) {
        return started(builder.startSpan());
    }

    private Span started(io.opentelemetry.api.trace.Span span) {
        return new OtelSpan(span, telling.content());
    }
}
