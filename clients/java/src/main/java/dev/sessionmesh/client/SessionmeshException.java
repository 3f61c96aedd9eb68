package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * A refusal with a code: one of the registry in docs/protocol.md, or one of this client's own ({@link #TIMEOUT}, {@link #CLOSED},
 * {@link #QUEUE_FULL}, {@link #UNREACHABLE}).
 */
public final class SessionmeshException extends RuntimeException {

    /** A command was not answered within its patience; whether it took effect is unknown. */
    public static final String TIMEOUT = "timeout";

    /** The tab ended before the command was answered; whether it took effect is unknown. */
    public static final String CLOSED = "closed";

    /** Too many commands wait in this client; this one was not sent. */
    public static final String QUEUE_FULL = "client_queue_full";

    /** No node could be reached. */
    public static final String UNREACHABLE = "unreachable";

    private final String code;
    private final boolean retryable;
    private final long retryAfterMs;
    private final transient JsonObject details;

    private SessionmeshException(
            String code, String message, boolean retryable, long retryAfterMs, JsonObject details) {
        super(code + ": " + message);
        this.code = code;
        this.retryable = retryable;
        this.retryAfterMs = retryAfterMs;
        this.details = details;
    }

    static SessionmeshException refused(Frame.Refused refused) {
        return new SessionmeshException(
                refused.code(), refused.message(), refused.retryable(), refused.retryAfterMs(), refused.details());
    }

    static SessionmeshException timeout(String what, Duration patience) {
        return local(TIMEOUT, what + " was not answered within " + patience.toMillis() + " ms; its effect is unknown");
    }

    static SessionmeshException closed(String why) {
        return local(CLOSED, why);
    }

    static SessionmeshException queueFull(int waiting) {
        return local(QUEUE_FULL, waiting + " commands wait for an answer already");
    }

    /** Whatever went wrong on the way to a node, as one of these. */
    static SessionmeshException of(Throwable why) {
        return why instanceof SessionmeshException coded ? coded : unreachable(why.toString());
    }

    static SessionmeshException unreachable(String why) {
        return new SessionmeshException(UNREACHABLE, why, true, 0, new JsonObject());
    }

    private static SessionmeshException local(String code, String message) {
        return new SessionmeshException(code, message, false, 0, new JsonObject());
    }

    /** The code, stable across versions. */
    public String code() {
        return code;
    }

    /** Whether the same command with the same id may be sent again. */
    public boolean retryable() {
        return retryable;
    }

    /** When to try again at the earliest; zero when the server gave no advice. */
    public Duration retryAfter() {
        return Duration.ofMillis(retryAfterMs);
    }

    /** The error as the server sent it ({@code decidedBy}, {@code decision} and {@code at} of {@code already_decided}, ...). */
    public JsonObject details() {
        return details.copy();
    }
}
