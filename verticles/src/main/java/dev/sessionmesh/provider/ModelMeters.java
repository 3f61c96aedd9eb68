package dev.sessionmesh.provider;

import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.CounterOf;
import dev.sessionmesh.telemetry.metrics.Histogram;
import dev.sessionmesh.telemetry.metrics.Metrics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What is measured of one provider. */
final class ModelMeters {
    /** How a step ended. */
    enum Outcome {
        STOP,
        CONTINUE,
        RESTART,
        FAILED,
        CANCELLED
    }

    /** The codes that providers fail with; what is none of them counts as {@link #OTHER}. */
    enum Code {
        BAD_REQUEST,
        BAD_STREAM,
        CONTEXT_LENGTH,
        INTERRUPTED,
        MODEL_ERROR,
        NOT_RESUMABLE,
        PROVIDER_ERROR,
        RATE_LIMITED,
        TIMEOUT,
        TRUNCATED,
        UNREACHABLE,
        UPSTREAM_ERROR,
        UPSTREAM_UNAUTHORIZED,
        UNKNOWN_MODEL,
        OTHER;

        static Code of(String code) {
            for (Code known : values()) {
                if (Metrics.lower(known).equals(code.toLowerCase(Locale.ROOT))) {
                    return known;
                }
            }
            return OTHER;
        }
    }

    final Histogram firstToken;
    private final Map<Outcome, Histogram> steps = new EnumMap<>(Outcome.class);
    private final CounterOf<Code> errors;
    private final Counter input;
    private final Counter output;

    ModelMeters(Metrics metrics, String provider) {
        firstToken = metrics.histogram("sessionmesh_model_first_token_seconds", "provider", provider);
        for (Outcome outcome : Outcome.values()) {
            steps.put(
                    outcome,
                    metrics.histogram(
                            "sessionmesh_model_step_seconds", "provider", provider, "outcome", Metrics.lower(outcome)));
        }
        errors = metrics.counters("sessionmesh_model_errors_total", "code", Code.class, "provider", provider);
        input = metrics.counter("sessionmesh_model_tokens_total", "provider", provider, "direction", "input");
        output = metrics.counter("sessionmesh_model_tokens_total", "provider", provider, "direction", "output");
    }

    void ended(Outcome outcome, long nanos) {
        Objects.requireNonNull(steps.get(outcome)).nanos(nanos);
    }

    void failed(String code) {
        errors.increment(Code.of(code));
    }

    void used(Usage usage) {
        input.add(Math.max(0, usage.inputTokens()));
        output.add(Math.max(0, usage.outputTokens()));
    }
}
