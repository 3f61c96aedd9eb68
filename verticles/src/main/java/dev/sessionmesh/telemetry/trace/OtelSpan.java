package dev.sessionmesh.telemetry.trace;

import dev.sessionmesh.trace.Span;
import io.opentelemetry.api.trace.StatusCode;

/** A span of OpenTelemetry. One that is not sampled still has a place, so that nothing that follows from it is sampled either. */
final class OtelSpan implements Span {
    private static final int CONTENT_CHARS = 8_192;

    private final io.opentelemetry.api.trace.Span span;
    private final boolean content;

    OtelSpan(io.opentelemetry.api.trace.Span span, boolean content) {
        this.span = span;
        this.content = content;
    }

    @Override
    public String place() {
        return Places.of(span.getSpanContext());
    }

    @Override
    public Span with(String name, long value) {
        span.setAttribute(name, value);
        return this;
    }

    @Override
    public Span with(String name, String value) {
        span.setAttribute(name, value);
        return this;
    }

    @Override
    public boolean hears() {
        return content && span.isRecording();
    }

    @Override
    public Span saying(String name, String text) {
        if (hears()) {
            span.setAttribute(name, text.length() > CONTENT_CHARS ? text.substring(0, CONTENT_CHARS) : text);
        }
        return this;
    }

    @Override
    public void event(String name) {
        span.addEvent(name);
    }

    @Override
    public void end() {
        span.end();
    }

    @Override
    public void fail(String code) {
        span.setAttribute("error.type", code).setStatus(StatusCode.ERROR);
        span.end();
    }
}
