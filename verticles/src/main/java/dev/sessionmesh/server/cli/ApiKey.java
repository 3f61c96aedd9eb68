package dev.sessionmesh.server.cli;

/** A secret: it can be used, never printed. */
public record ApiKey(String value) {
    public static final int LENGTH_MAX = 4096;

    public ApiKey {
        if (value.isBlank() || value.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("an API key has 1 to " + LENGTH_MAX + " characters");
        }
        if (value.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
            throw new IllegalArgumentException("an API key has no spaces, line breaks or non-ASCII characters");
        }
    }

    @Override
    public String toString() {
        return "ApiKey[hidden]";
    }
}
