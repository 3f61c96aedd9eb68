package dev.sessionmesh.core;

/** A text that an event carries, or refers to when it is too long to live in a session's tail. */
public sealed interface Payload {
    Payload EMPTY = new Inline("");

    record Inline(String text) implements Payload {}

    /**
     * @param hash SHA-256 of the UTF-8 bytes, in hex: the blob's name within its session
     * @param bytes its length
     */
    record Blob(String hash, int bytes) implements Payload {}

    static Payload of(String text) {
        return text.isEmpty() ? EMPTY : new Inline(text);
    }
}
