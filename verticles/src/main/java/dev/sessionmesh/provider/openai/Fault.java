package dev.sessionmesh.provider.openai;

import java.time.Duration;

/**
 * Why an exchange with the server did not come to its end. The codes are what a turn fails with when nothing helps:
 * {@code unreachable}, {@code timeout}, {@code truncated}, {@code rate_limited}, {@code upstream_error}, {@code upstream_unauthorized},
 * {@code unknown_model}, {@code bad_request}, {@code context_length}, {@code model_error}, {@code bad_stream}.
 *
 * @param transientFault whether another try may help
 * @param retryAfter what the server asked to wait; negative when it did not
 */
record Fault(String code, String reason, boolean transientFault, Duration retryAfter) {
    static final Duration UNSAID = Duration.ofMillis(-1);

    static Fault passing(String code, String reason) {
        return new Fault(code, reason, true, UNSAID);
    }

    static Fault lasting(String code, String reason) {
        return new Fault(code, reason, false, UNSAID);
    }

    /** Thrown where a stream turns out to be something else than it should be. */
    static final class Raised extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Fault fault;

        Raised(Fault fault) {
            super(fault.code(), null, false, false);
            this.fault = fault;
        }

        Fault fault() {
            return fault;
        }
    }

    static Raised badStream(String reason) {
        return new Raised(lasting("bad_stream", reason));
    }
}
