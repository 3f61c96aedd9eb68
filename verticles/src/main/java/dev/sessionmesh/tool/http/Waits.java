package dev.sessionmesh.tool.http;

import dev.sessionmesh.tool.ToolLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** How long to wait before a try: twice as long each time, at random below that, and at least as long as the server asked for. */
record Waits(ToolLimits limits, DoubleSupplier random) {

    /**
     * @param failed tries so far, from 1
     * @param asked what the server said in {@code Retry-After}
     * @return absent when the server asks for more patience than there is
     */
    Optional<Duration> before(int failed, Optional<Duration> asked) {
        if (asked.filter(wait -> wait.compareTo(limits.retryAfter()) > 0).isPresent()) {
            return Optional.empty();
        }
        long most = limits.backoff().toMillis() << Math.min(failed - 1, 16);
        Duration own = Duration.ofMillis((long) (random.getAsDouble() * most));
        return Optional.of(asked.filter(wait -> wait.compareTo(own) > 0).orElse(own));
    }

    /** {@code Retry-After}: seconds, or a date. What is neither was not said. */
    static Optional<Duration> asked(String header, Instant now) {
        if (header.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(header)));
        }
        try {
            Duration until = Duration.between(
                    now,
                    ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return Optional.of(until.isNegative() ? Duration.ZERO : until);
        } catch (DateTimeParseException neither) {
            return Optional.empty();
        }
    }
}
