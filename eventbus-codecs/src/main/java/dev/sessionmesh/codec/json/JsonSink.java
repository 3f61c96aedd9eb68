package dev.sessionmesh.codec.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON as UTF-8 in one pass, commas included: a comma is due unless the last byte opened something or ended a name.
 *
 * <p>Frames are written for every token of every session, so that this is the server's hottest code; it allocates the buffer and
 * the result, nothing else. What it writes is ASCII-safe where clients stumble: a surrogate without its other half and the two
 * line separators that JavaScript sources do not take are escaped.
 */
final class JsonSink {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** For each ASCII character: 0 as it is, 'u' as a number, else the letter behind the backslash. */
    private static final byte[] ESCAPES = escapes();

    /** From this length on a look at the whole text pays. */
    private static final int LONG = 64;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long EIGHT = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private byte[] bytes;
    private int size;
    private boolean loneSurrogates;

    JsonSink(int expected) {
        this.bytes = new byte[expected];
    }

    JsonSink() {
        this(256);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    String toText() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    int size() {
        return size;
    }

    /** Forgets everything behind {@code mark}. */
    void backTo(int mark) {
        size = mark;
    }

    /** Whether a text held a surrogate without its other half. */
    boolean sawLoneSurrogate() {
        return loneSurrogates;
    }

    JsonSink object() {
        return opening('{');
    }

    JsonSink endObject() {
        return put('}');
    }

    JsonSink array() {
        return opening('[');
    }

    JsonSink endArray() {
        return put(']');
    }

    /** @param name plain ASCII that needs no escape */
    JsonSink name(String name) {
        comma();
        int length = name.length();
        ensure(length + 3);
        byte[] out = bytes;
        int at = size;
        out[at++] = '"';
        for (int i = 0; i < length; i++) {
            out[at++] = (byte) name.charAt(i);
        }
        out[at++] = '"';
        out[at++] = ':';
        size = at;
        return this;
    }

    /** A name that somebody else chose. */
    JsonSink foreignName(String name) {
        return text(name).put(':');
    }

    JsonSink field(String name, String value) {
        return name(name).text(value);
    }

    JsonSink field(String name, long value) {
        return name(name).number(value);
    }

    JsonSink field(String name, boolean value) {
        return name(name).flag(value);
    }

    /** Left out when empty. */
    JsonSink optional(String name, String value) {
        return value.isEmpty() ? this : field(name, value);
    }

    /** Left out when false. */
    JsonSink optional(String name, boolean value) {
        return value ? field(name, true) : this;
    }

    JsonSink flag(boolean value) {
        return raw(value ? "true" : "false");
    }

    /** @param json ASCII that is JSON already */
    JsonSink raw(String json) {
        comma();
        ensure(json.length());
        for (int i = 0; i < json.length(); i++) {
            bytes[size++] = (byte) json.charAt(i);
        }
        return this;
    }

    /** @param json UTF-8 that is JSON already */
    JsonSink raw(byte[] json) {
        comma();
        ensure(json.length);
        System.arraycopy(json, 0, bytes, size, json.length);
        size += json.length;
        return this;
    }

    JsonSink number(long value) {
        if (value < 0) {
            return raw(Long.toString(value));
        }
        comma();
        ensure(20);
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return this;
    }

    JsonSink text(String value) {
        comma();
        int length = value.length();
        put('"');
        if (length >= LONG) {
            byte[] latin = value.getBytes(StandardCharsets.ISO_8859_1);
            if (new String(latin, StandardCharsets.ISO_8859_1).equals(value)) {
                longText(value, latin);
                return put('"');
            }
        }
        for (int i = plain(value, 0); i < length; i = plain(value, i)) {
            i += special(value, i);
        }
        return put('"');
    }

    /**
     * A text whose characters are a byte each, as most long ones are: what stands for itself is copied in stretches.
     *
     * @param latin its characters
     */
    private void longText(String value, byte[] latin) {
        int from = 0;
        while (true) {
            int to = special(latin, from);
            ensure(to - from + 1);
            System.arraycopy(latin, from, bytes, size, to - from);
            size += to - from;
            if (to == latin.length) {
                return;
            }
            from = to + special(value, to);
        }
    }

    /** Where the next byte is that does not stand for itself. */
    private static int special(byte[] latin, int from) {
        int i = from;
        for (; i + 8 <= latin.length; i += 8) {
            long eight = (long) LONGS.get(latin, i);
            // The high bit of a byte is set where it was, or where taking away makes it negative: below a space, or
            // equal.
            long found = eight | eight - EIGHT * ' ' | (eight ^ EIGHT * '"') - EIGHT | (eight ^ EIGHT * '\\') - EIGHT;
            if ((found & HIGH_BITS) != 0) {
                break;
            }
        }
        while (i < latin.length && latin[i] >= 0 && ESCAPES[latin[i]] == 0) {
            i++;
        }
        return i;
    }

    /** Writes the run of characters that stand for themselves, the bulk of most texts; answers where it ends. */
    private int plain(String value, int start) {
        int length = value.length();
        ensure(length - start + 1);
        byte[] out = bytes;
        byte[] escapes = ESCAPES;
        int at = size;
        int i = start;
        for (; i < length; i++) {
            char c = value.charAt(i);
            if (c >= 128 || escapes[c] != 0) {
                break;
            }
            out[at++] = (byte) c;
        }
        size = at;
        return i;
    }

    /** Writes one character that takes more than one byte; answers how many places it has in the text. */
    private int special(String value, int i) {
        ensure(6);
        char c = value.charAt(i);
        if (c < 128) {
            ascii(c);
        } else if (c < 0x800) {
            bytes[size++] = (byte) (0xc0 | c >> 6);
            bytes[size++] = (byte) (0x80 | c & 0x3f);
        } else if (!Character.isSurrogate(c)) {
            threeBytes(c);
        } else if (Character.isHighSurrogate(c)
                && i + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(i + 1))) {
            fourBytes(Character.toCodePoint(c, value.charAt(i + 1)));
            return 2;
        } else {
            loneSurrogates = true;
            escaped(c);
        }
        return 1;
    }

    private void ascii(char c) {
        byte escape = ESCAPES[c];
        if (escape == 'u') {
            escaped(c);
        } else {
            bytes[size++] = '\\';
            bytes[size++] = escape;
        }
    }

    private void threeBytes(char c) {
        if (c == '\u2028' || c == '\u2029') {
            escaped(c);
            return;
        }
        bytes[size++] = (byte) (0xe0 | c >> 12);
        bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
        bytes[size++] = (byte) (0x80 | c & 0x3f);
    }

    private void fourBytes(int point) {
        bytes[size++] = (byte) (0xf0 | point >> 18);
        bytes[size++] = (byte) (0x80 | point >> 12 & 0x3f);
        bytes[size++] = (byte) (0x80 | point >> 6 & 0x3f);
        bytes[size++] = (byte) (0x80 | point & 0x3f);
    }

    private void escaped(char c) {
        bytes[size++] = '\\';
        bytes[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[size++] = HEX[c >> shift & 0xf];
        }
    }

    private JsonSink opening(char bracket) {
        comma();
        return put(bracket);
    }

    private void comma() {
        if (size == 0) {
            return;
        }
        byte last = bytes[size - 1];
        if (last != '{' && last != '[' && last != ':') {
            put(',');
        }
    }

    private JsonSink put(char c) {
        ensure(1);
        bytes[size++] = (byte) c;
        return this;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    private static byte[] escapes() {
        byte[] table = new byte[128];
        Arrays.fill(table, 0, 0x20, (byte) 'u');
        table['"'] = '"';
        table['\\'] = '\\';
        table['\n'] = 'n';
        table['\r'] = 'r';
        table['\t'] = 't';
        table['\b'] = 'b';
        table['\f'] = 'f';
        return table;
    }
}
