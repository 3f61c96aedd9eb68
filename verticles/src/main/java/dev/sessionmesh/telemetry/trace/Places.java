package dev.sessionmesh.telemetry.trace;

import dev.sessionmesh.core.TraceParent;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;

/** Between the {@code traceparent} that the mesh carries and what OpenTelemetry makes of it. */
final class Places {
    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;

    private Places() {}

    /** Invalid for a text that is none, such as an empty one. */
    static SpanContext parse(String place) {
        String known = TraceParent.orNone(place);
        return known.isEmpty()
                ? SpanContext.getInvalid()
                : SpanContext.createFromRemoteParent(
                        known.substring(TRACE, SPAN - 1),
                        known.substring(SPAN, FLAGS - 1),
                        TraceFlags.fromHex(known, FLAGS),
                        TraceState.getDefault());
    }

    static String of(SpanContext context) {
        return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                + context.getTraceFlags().asHex();
    }
}
