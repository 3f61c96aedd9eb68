package dev.sessionmesh.bench.driver;

import java.time.Instant;

/** Tokens that tell when they were said, as the scripted provider's {@code bench} makes them. */
public final class Stamps {
    private Stamps() {}

    /** Microseconds since 1970. */
    public static long nowMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    /** The time in sixteen digits, a bar, padding, a space. */
    public static String token(int bytes) {
        StringBuilder token = new StringBuilder(bytes).append(nowMicros()).append('|');
        return token.repeat('.', bytes - 1 - token.length()).append(' ').toString();
    }
}
