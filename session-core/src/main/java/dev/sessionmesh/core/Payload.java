package dev.sessionmesh.core;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(utf8);
                return new Blob(HexFormat.of().formatHex(hash), utf8.length);
            } catch (NoSuchAlgorithmException never) {
                throw new IllegalStateException("every Java has SHA-256", never);
            }
        }

        /** Whether a blob may have this name. */
        public static boolean isHash(String name) {
            return name.length() == 64 && name.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        }
    }

    static Payload of(String text) {
        return text.isEmpty() ? EMPTY : new Inline(text);
    }
}
