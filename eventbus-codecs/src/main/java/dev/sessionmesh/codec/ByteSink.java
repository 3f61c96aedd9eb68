package dev.sessionmesh.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** A growing byte array that the codecs write to. Numbers are zig-zag varints, texts are UTF-8 behind their length. */
final class ByteSink {
    private byte[] bytes;
    private int size;

    ByteSink() {
        this(128);
    }

    /** @param expected how many bytes there will be, roughly */
    ByteSink(int expected) {
        bytes = new byte[expected];
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    ByteSink put(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    ByteSink flag(boolean value) {
        return put(value ? 1 : 0);
    }

    ByteSink number(long value) {
        long rest = (value << 1) ^ (value >> 63);
        ensure(10);
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    ByteSink fixed(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    ByteSink text(String value) {
        return blob(value.getBytes(StandardCharsets.UTF_8));
    }

    ByteSink blob(byte[] value) {
        return number(value.length).raw(value);
    }

    /** The bytes alone, for what ends where the form ends. */
    ByteSink raw(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    ByteSink constant(Enum<?> value) {
        return put(value.ordinal());
    }

    <T> ByteSink list(List<T> values, BiConsumer<ByteSink, T> each) {
        number(values.size());
        for (T value : values) {
            each.accept(this, value);
        }
        return this;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
