package dev.sessionmesh.core;

import java.nio.charset.StandardCharsets;

/** A text that an event carries, or refers to when it is too long to live in a session's tail. */
public sealed interface Payload {
    Payload EMPTY = new Inline("");

    record Inline(String text) implements Payload {}

    /**
     * What kind of text it is, plain or JSON, follows from the place that refers to it.
     *
     * @param hash SHA-256 of the UTF-8 bytes, in hex: the blob's name within its session
     * @param bytes its length
     */
    record Blob(String hash, int bytes) implements Payload {
        /** The name of these bytes. */
        public static Blob of(byte[] utf8) {
            return new Blob(Sha256.hex(utf8), utf8.length);
        }

        /** Whether a blob may have this name. */
        public static boolean isHash(String name) {
            return name.length() == 64 && name.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        }
    }

    /** SHA-256 of the text's UTF-8 bytes, in hex. */
    default String hash() {
        return switch (this) {
            case Inline(String text) -> Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
            case Blob(String hash, int bytes) -> hash;
        };
    }

    static Payload of(String text) {
        return text.isEmpty() ? EMPTY : new Inline(text);
    }
}
