package dev.sessionmesh.core;

import java.util.Map;

/**
 * What became of a request: a value, or a coded refusal that the caller may show as it is. Exceptions stay for bugs and broken I/O.
 */
public sealed interface Outcome<T> {
    /** Among the details of a refusal: that another cluster has what was asked for. */
    String ELSEWHERE = "elsewhere";

    record Done<T>(T value) implements Outcome<T> {}

    /** @param details further fields for whoever asked */
    record Refused<T>(ErrorCode code, String message, Map<String, String> details) implements Outcome<T> {
        /** Whether another cluster has what was asked for, so that to ask here again is of no use. */
        public boolean isElsewhere() {
            return details.containsKey(ELSEWHERE);
        }

        /** The same refusal of a request for something else. */
        public <U> Refused<U> as() {
            return new Refused<>(code, message, details);
        }
    }

    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> refused(ErrorCode code, String message) {
        return new Refused<>(code, message, Map.of());
    }

    /** Another cluster has it. */
    static <T> Outcome<T> elsewhere(String message) {
        return new Refused<>(ErrorCode.UNAVAILABLE, message, Map.of(ELSEWHERE, "true"));
    }
}
