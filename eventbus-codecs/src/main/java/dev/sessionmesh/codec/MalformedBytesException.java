package dev.sessionmesh.codec;

/** Bytes that none of our encoders wrote, or that a newer version wrote. */
public final class MalformedBytesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedBytesException(String message) {
        super(message);
    }

    MalformedBytesException(String message, Throwable cause) {
        super(message, cause);
    }
}
