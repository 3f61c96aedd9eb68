package dev.sessionmesh.trace;

import dev.sessionmesh.core.session.Turn;

/** Nobody collects. */
final class Untraced implements Traces, Span {
    @Override
    public boolean on() {
        return false;
    }

    @Override
    public Span command(String type, About about) {
        return NONE;
    }

    @Override
    public Span append(About about) {
        return NONE;
    }

    @Override
    public Span turn(About about, Turn turn) {
        return NONE;
    }

    @Override
    public Span step(About about, String provider, String model) {
        return NONE;
    }

    @Override
    public Span tool(About about, String tool, String callId) {
        return NONE;
    }

    @Override
    public Span delivery(About about, String part, long sinceNanos) {
        return NONE;
    }

    @Override
    public String place() {
        return "";
    }

    @Override
    public Span with(String name, long value) {
        return this;
    }

    @Override
    public Span with(String name, String value) {
        return this;
    }

    @Override
    public boolean hears() {
        return false;
    }

    @Override
    public Span saying(String name, String text) {
        return this;
    }

    @Override
    public void event(String name) {}

    @Override
    public void end() {}

    @Override
    public void fail(String code) {}
}
