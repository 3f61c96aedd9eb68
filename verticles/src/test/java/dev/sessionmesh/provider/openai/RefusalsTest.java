package dev.sessionmesh.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5|PT5S",
                "0.25|PT0.25S",
                "Sun, 1 Mar 2026 12:00:30 GMT|PT30S",
                "Sun, 1 Mar 2026 11:00:00 GMT|PT0S",
                "soon|PT-0.001S",
                "-4|PT-0.001S",
                "99999999999999999999|PT-0.001S"
            })
    void retry_after_is_seconds_or_a_date(String header, Duration wait) {
        assertEquals(wait, Refusals.retryAfter(header, NOON));
    }
}
