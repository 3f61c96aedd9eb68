package dev.sessionmesh.host;

import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.trace.Span;

/** What is told of one run of a model. */
final class StepTrace {
    static final StepTrace NONE = new StepTrace(Span.NONE);

    private static final int HEARD_CHARS = 8_192;

    private final Span span;
    private final StringBuilder heard = new StringBuilder();
    private boolean spoke;

    StepTrace(Span span) {
        this.span = span;
    }

    void said(String piece) {
        if (!spoke) {
            spoke = true;
            span.event("first_token");
        }
        if (span.hears() && heard.length() < HEARD_CHARS) {
            heard.append(piece);
        }
    }

    void ended(Provider.End end) {
        switch (end) {
            case Provider.End.Stop(Usage usage) -> well(usage, "stop");
            case Provider.End.Continue(Usage usage) -> well(usage, "tool_calls");
            case Provider.End.Restart(String code, var reason) -> span.fail(code);
            case Provider.End.Failed(String code, var reason) -> span.fail(code);
        }
    }

    private void well(Usage usage, String finish) {
        RunTrace.usage(span, usage);
        span.with("sessionmesh.finish", finish).saying("sessionmesh.output", heard.toString());
        span.end();
    }

    /** Its answer is not wanted any more; nothing that has ended ends again by it. */
    void cancelled() {
        span.fail("cancelled");
    }
}
