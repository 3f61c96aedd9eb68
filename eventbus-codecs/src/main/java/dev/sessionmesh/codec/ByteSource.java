package dev.sessionmesh.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Reads what {@link ByteSink} wrote. Whatever bytes it is given, it throws nothing but {@link MalformedBytesException}. */
final class ByteSource {
    private static final char REPLACEMENT = '\ufffd';

    private final byte[] bytes;
    private int at;

    ByteSource(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Checks the version byte that every form begins with, and returns it. */
    int version(int supported, String what) {
        int version = get();
        if (version < 1 || version > supported) {
            throw new MalformedBytesException(what + " of unknown version " + version);
        }
        return version;
    }

    int get() {
        if (at >= bytes.length) {
            throw new MalformedBytesException("ends too early");
        }
        return bytes[at++] & 0xff;
    }

    boolean flag() {
        return get() != 0;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = get();
            value |= (long) (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new MalformedBytesException("a number is too long");
    }

    int smallNumber() {
        long value = number();
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw new MalformedBytesException("a number is too large");
        }
        return (int) value;
    }

    long fixed() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | get();
        }
        return value;
    }

    String text() {
        int length = count();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            checkUtf8(length);
        }
        at += length;
        return text;
    }

    /** The replacement character stands for itself, or for what is not UTF-8. */
    private void checkUtf8(int length) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
        } catch (CharacterCodingException malformed) {
            throw new MalformedBytesException("a text is not UTF-8");
        }
    }

    int[] smallNumbers() {
        int[] values = new int[count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = smallNumber();
        }
        return values;
    }

    byte[] blob() {
        int length = count();
        byte[] blob = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return blob;
    }

    /** All that is left. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        at = bytes.length;
        return rest;
    }

    <E extends Enum<E>> E constant(E[] values) {
        return constant(get(), values);
    }

    static <E extends Enum<E>> E constant(int ordinal, E[] values) {
        if (ordinal >= values.length) {
            throw new MalformedBytesException("unknown constant " + ordinal);
        }
        return values[ordinal];
    }

    <T> List<T> list(Function<ByteSource, T> each) {
        int size = count();
        List<T> values = new ArrayList<>(Math.min(size, 1024));
        for (int i = 0; i < size; i++) {
            values.add(each.apply(this));
        }
        return values;
    }

    void end() {
        if (at != bytes.length) {
            throw new MalformedBytesException((bytes.length - at) + " bytes too many");
        }
    }

    /** A length; never more than there are bytes left, as each element takes at least one. */
    private int count() {
        long count = number();
        if (count < 0 || count > bytes.length - at) {
            throw new MalformedBytesException("a length of " + count + " exceeds the bytes left");
        }
        return (int) count;
    }
}
