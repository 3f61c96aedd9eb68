package dev.sessionmesh.host;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.trace.About;
import dev.sessionmesh.trace.Span;
import dev.sessionmesh.trace.Traces;
import java.util.Locale;

/** What is told of one run of a turn: the run itself, its steps and its calls. Confined to the session's event loop. */
final class RunTrace {
    private static final String STATUS = "sessionmesh.status";

    private final Traces traces;
    private About about;
    private Span run = Span.NONE;
    private boolean over;
    private boolean spoke;

    RunTrace(Traces traces, SessionKey key, String turn, int epoch) {
        this.traces = traces;
        this.about = About.of(key, turn, epoch);
    }

    /** The run, and where in its trace it is: what lines of the log are about. */
    About about() {
        return about;
    }

    void started(Turn turn) {
        run = traces.turn(about, turn);
        about = about.at(run.place());
    }

    Span step(String provider, String model) {
        return traces.step(about, provider, model);
    }

    Span tool(String name, String callId) {
        return traces.tool(about, name, callId);
    }

    /** The model said something. */
    void spoke() {
        if (!spoke) {
            spoke = true;
            run.event("first_token");
        }
    }

    void ended(Event.TurnEnded end) {
        usage(run, end.usage());
        over(end.status().name().toLowerCase(Locale.ROOT), end.status() == TurnStatus.FAILED ? end.code() : "");
    }

    /** Another runner has the turn. */
    void overtaken() {
        over("taken_over", "fenced");
    }

    /** This runner lets go of it, if it has not ended: somebody goes on. */
    void letGo() {
        over("let_go", "");
    }

    private void over(String status, String failure) {
        if (!over) {
            over = true;
            run.with(STATUS, status);
            if (failure.isEmpty()) {
                run.end();
            } else {
                run.fail(failure);
            }
        }
    }

    /** As far as the model's server told. */
    static void usage(Span span, Usage usage) {
        if (!usage.equals(Usage.UNKNOWN)) {
            span.with("gen_ai.usage.input_tokens", usage.inputTokens())
                    .with("gen_ai.usage.output_tokens", usage.outputTokens());
        }
    }
}
