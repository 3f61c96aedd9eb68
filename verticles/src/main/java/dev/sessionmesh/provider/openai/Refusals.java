package dev.sessionmesh.provider.openai;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What an answer other than 200 means. */
final class Refusals {
    private static final int REASON_CHARS = 300;

    private Refusals() {}

    static Fault of(int status, String body, Duration retryAfter, Secret key) {
        String text = key.scrub(reason(body));
        String said = text.length() > REASON_CHARS ? text.substring(0, REASON_CHARS) + " ..." : text;
        String reason = "the model server answered " + status + (said.isBlank() ? "" : ": " + said);
        return switch (status) {
            // Such answers like to quote a part of the key.
            case 401, 403 -> Fault.lasting("upstream_unauthorized", "the model server answered " + status);
            case 404 -> Fault.lasting("unknown_model", reason);
            case 408, 425, 429 -> new Fault("rate_limited", reason, true, retryAfter);
            case 500, 502, 503, 504, 529 -> new Fault("upstream_error", reason, true, retryAfter);
            default -> {
                boolean tooLong = body.contains("context_length") || body.contains("maximum context length");
                yield Fault.lasting(
                        tooLong ? "context_length" : status < 500 ? "bad_request" : "upstream_error", reason);
            }
        };
    }

    /** Seconds or a date; {@link Fault#UNSAID} when absent or unreadable. */
    static Duration retryAfter(String header, InstantSource clock) {
        String value = header.strip();
        if (value.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            return Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000));
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(clock.instant(), then);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException neither) {
            return Fault.UNSAID;
        }
    }

    private static String reason(String body) {
        try {
            JsonObject json = new JsonObject(body);
            Object error = json.getValue("error");
            return ChatChunk.errorText(error == null ? json : error);
        } catch (DecodeException notJson) {
            return body.strip();
        }
    }
}
