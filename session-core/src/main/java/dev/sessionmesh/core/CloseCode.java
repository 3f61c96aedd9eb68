package dev.sessionmesh.core;

/**
 * Why the server closes a WebSocket. The range tells the client what to do: 4000-4499 don't come back, 4500-4999 come back with
 * back-off, on another node when possible.
 */
public enum CloseCode {
    BAD_FRAME(4400, "bad_frame"),
    UNAUTHORIZED(4401, "unauthorized"),
    FORBIDDEN(4403, "forbidden"),
    FLOODED(4429, "flooded"),
    INTERNAL(4500, "internal"),
    DRAINING(4503, "draining"),
    NO_QUORUM(4504, "no_quorum"),
    IDLE(4508, "idle"),
    BAD_UTF8(1007, "bad_utf8"),
    TOO_LARGE(1009, "too_large");

    private final int code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }
}
