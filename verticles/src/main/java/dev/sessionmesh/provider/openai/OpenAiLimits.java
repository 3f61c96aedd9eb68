package dev.sessionmesh.provider.openai;

import java.time.Duration;

/**
 * Every bound of a conversation with a model server.
 *
 * @param connect how long connecting may take
 * @param first how long the server may say nothing before its first event: models think before they speak.
 * Not tried again
 * @param idle how long it may say nothing from then on; while the mesh is behind, the clock stands still
 * @param retries how often a request without any output is sent again, within a step
 * @param continuations how often an answer that broke off is asked to go on, within a step
 * @param backoff the longest first wait before a retry; it doubles from one to the next
 * @param retryAfter the longest wait a server may ask for; if it wants more, the step fails
 * @param eventBytes longest event of the stream
 * @param calls tool calls one step may make
 * @param argumentChars longest arguments of a tool call
 * @param errorBytes how much of an error's body is read
 * @param connections connections to the server: answers that may stream at once; the rest waits, within
 * {@code first}
 */
public record OpenAiLimits(
        Duration connect,
        Duration first,
        Duration idle,
        int retries,
        int continuations,
        Duration backoff,
        Duration retryAfter,
        int eventBytes,
        int calls,
        int argumentChars,
        int errorBytes,
        int connections) {

    public static final OpenAiLimits DEFAULT = new OpenAiLimits(
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofSeconds(60),
            3,
            2,
            Duration.ofMillis(500),
            Duration.ofSeconds(60),
            1_048_576,
            32,
            262_144,
            8_192,
            1_024);

    public OpenAiLimits patient(Duration first, Duration idle) {
        return new OpenAiLimits(
                connect,
                first,
                idle,
                retries,
                continuations,
                backoff,
                retryAfter,
                eventBytes,
                calls,
                argumentChars,
                errorBytes,
                connections);
    }
}
