package dev.sessionmesh.codec;

import java.util.function.Function;

/** One way out for malformed bytes: whatever a constructor refuses is the same to the caller as a wrong byte. */
final class Guard {
    private Guard() {}

    static <T> T decode(byte[] bytes, Function<ByteSource, T> form) {
        try {
            ByteSource in = new ByteSource(bytes);
            T value = form.apply(in);
            in.end();
            return value;
        } catch (IllegalArgumentException refused) {
            throw new MalformedBytesException("holds an illegal value", refused);
        }
    }
}
