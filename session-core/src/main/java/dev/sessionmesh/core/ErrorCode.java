package dev.sessionmesh.core;

import java.util.Locale;

/**
 * The registry of error codes; docs/protocol.md lists them with their meaning and a test compares the two.
 * A retryable refusal left nothing behind: the same command with the same id may be sent again.
 */
public enum ErrorCode {
    BAD_JSON(400, false),
    BAD_UTF8(400, false),
    BAD_FIELD(400, false),
    UNKNOWN_TYPE(400, false),
    TOO_LARGE(413, false),
    NOT_ATTACHED(409, false),
    AMBIGUOUS_SESSION(409, false),
    ALREADY_ATTACHED(409, false),
    TOO_MANY_SESSIONS(409, false),
    SESSION_NOT_FOUND(404, false),
    SESSION_DELETED(410, false),
    SESSION_CONFLICT(409, false),
    SESSION_FULL(409, false),
    POSITION_AHEAD(400, false),
    BAD_POSITION(400, false),
    BAD_CURSOR(400, false),
    BAD_EXPORT(400, false),
    NO_ARCHIVE(501, false),
    ID_CONFLICT(409, false),
    ID_EXPIRED(409, false),
    TURN_ACTIVE(409, false),
    TURN_NOT_FOUND(404, false),
    TOO_LATE(409, false),
    QUEUE_FULL(429, true),
    CALL_NOT_FOUND(404, false),
    BLOB_NOT_FOUND(404, false),
    WEBHOOK_NOT_FOUND(404, false),
    WEBHOOK_CONFLICT(409, false),
    TOO_MANY_WEBHOOKS(409, false),
    ALREADY_DECIDED(409, false),
    WRONG_STATE(409, false),
    NOT_AN_APPROVER(403, false),
    ALREADY_VOTED(409, false),
    ARGUMENTS_CHANGED(409, false),
    BAD_ARGUMENTS(400, false),
    GRANT_NOT_FOUND(404, false),
    ALREADY_CLAIMED(409, false),
    NOT_CLAIMED(409, false),
    NOT_TARGETED(403, false),
    BUDGET_EXCEEDED(409, false),
    BUSY(503, true),
    FENCED(409, false),
    NO_QUORUM(503, true),
    UNAVAILABLE(503, true),
    ARCHIVE_BEHIND(503, true),
    RATE_LIMITED(429, true),
    DRAINING(503, true),
    UNAUTHORIZED(401, false),
    FORBIDDEN(403, false),
    INTERNAL(500, true);

    private final int httpStatus;
    private final boolean retryable;
    private final String wire;

    ErrorCode(int httpStatus, boolean retryable) {
        this.httpStatus = httpStatus;
        this.retryable = retryable;
        this.wire = name().toLowerCase(Locale.ROOT);
    }

    public int httpStatus() {
        return httpStatus;
    }

    public boolean retryable() {
        return retryable;
    }

    /** The code as it stands in frames and documents. */
    public String wire() {
        return wire;
    }
}
