package dev.sessionmesh.gateway;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.telemetry.metrics.CounterOf;
import dev.sessionmesh.telemetry.metrics.Histogram;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.AsyncResult;

/** Counts what becomes of those who want to follow a session: whether they could go on where they were, and if not, why. */
public final class Attaches {
    enum Result {
        DONE,
        DIVERGED,
        POSITION_AHEAD,
        NOT_FOUND,
        FORBIDDEN,
        NO_QUORUM,
        UNAVAILABLE,
        OTHER,
        FAILED;

        static Result of(AsyncResult<Outcome<Hub.Attachment>> settled) {
            return settled.failed()
                    ? FAILED
                    : switch (settled.result()) {
                        case Outcome.Done<Hub.Attachment>(Hub.Attachment attachment) ->
                            attachment.diverged() ? DIVERGED : DONE;
                        case Outcome.Refused<Hub.Attachment> refused -> of(refused.code());
                    };
        }

        private static Result of(ErrorCode code) {
            if (code == ErrorCode.POSITION_AHEAD) {
                return POSITION_AHEAD;
            } else if (code == ErrorCode.SESSION_NOT_FOUND || code == ErrorCode.SESSION_DELETED) {
                return NOT_FOUND;
            } else if (code == ErrorCode.FORBIDDEN) {
                return FORBIDDEN;
            } else if (code == ErrorCode.NO_QUORUM) {
                return NO_QUORUM;
            }
            return code.retryable() ? UNAVAILABLE : OTHER;
        }
    }

    private final CounterOf<Result> begun;
    private final CounterOf<Result> resumed;
    private final Histogram took;

    private Attaches(CounterOf<Result> begun, CounterOf<Result> resumed, Histogram took) {
        this.begun = begun;
        this.resumed = resumed;
        this.took = took;
    }

    static Attaches of(Metrics metrics) {
        return new Attaches(
                metrics.counters("sessionmesh_attaches_total", "result", Result.class, "wish", "begin"),
                metrics.counters("sessionmesh_attaches_total", "result", Result.class, "wish", "resume"),
                metrics.histogram("sessionmesh_attach_seconds"));
    }

    void settled(Hub.Begin begin, AsyncResult<Outcome<Hub.Attachment>> settled, long nanos) {
        (begin.resumes() ? resumed : begun).increment(Result.of(settled));
        took.nanos(nanos);
    }
}
