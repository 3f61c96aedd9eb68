package dev.sessionmesh.bench.driver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a benchmark needs of a frame of the native protocol, read without a JSON parser: fields are looked for where the server
 * writes them. A server that wrote them elsewhere would deliver nothing that counts, which no benchmark takes for a success.
 */
public final class EventFrame {
    private static final byte[] TYPE = ascii("{\"type\":\"");
    private static final byte[] TOKEN = ascii("token\"");
    private static final byte[] SESSION = ascii(",\"session\":\"");
    private static final byte[] FROM = ascii(",\"from\":");
    private static final byte[] SEQ = ascii(",\"seq\":");
    private static final byte[] TEXT = ascii("\"text\":\"");
    private static final int STAMP_DIGITS = 16;

    private boolean token;
    private long from;
    private long seq;
    private int text;
    private int at;

    /**
     * Reads a frame's payload.
     *
     * @return whether it is an event of the log; if not, nothing else is known of it
     */
    public boolean read(byte[] bytes, int start, int end) {
        at = start;
        if (!skip(TYPE, bytes, end)) {
            return false;
        }
        token = skip(TOKEN, bytes, end);
        if (!token && !skipPastQuote(bytes, end)) {
            return false;
        }
        if (!skip(SESSION, bytes, end) || !skipPastQuote(bytes, end)) {
            return false;
        }
        from = skip(FROM, bytes, end) ? number(bytes, end) : 0;
        if (!skip(SEQ, bytes, end)) {
            return false;
        }
        seq = number(bytes, end);
        from = from == 0 ? seq : from;
        text = token ? textStart(bytes, end) : end;
        return true;
    }

    public boolean token() {
        return token;
    }

    /** The first event it stands for. */
    public long from() {
        return from;
    }

    /** The last. */
    public long seq() {
        return seq;
    }

    public long events() {
        return seq - from + 1;
    }

    /** When the i-th token was said, in microseconds since 1970, if all tokens have {@code tokenBytes} and begin with that. */
    public long stampMicros(byte[] bytes, int i, int tokenBytes) {
        long micros = 0;
        int first = text + i * tokenBytes;
        for (int digit = first; digit < first + STAMP_DIGITS; digit++) {
            micros = micros * 10 + (bytes[digit] - '0');
        }
        return micros;
    }

    private boolean skip(byte[] expected, byte[] bytes, int end) {
        int after = at + expected.length;
        if (after > end || !Arrays.equals(bytes, at, after, expected, 0, expected.length)) {
            return false;
        }
        at = after;
        return true;
    }

    private boolean skipPastQuote(byte[] bytes, int end) {
        while (at < end && bytes[at] != '"') {
            at++;
        }
        return at++ < end;
    }

    private long number(byte[] bytes, int end) {
        long number = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            number = number * 10 + (bytes[at++] - '0');
        }
        return number;
    }

    private int textStart(byte[] bytes, int end) {
        while (at < end && !skip(TEXT, bytes, end)) {
            at++;
        }
        return at;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
