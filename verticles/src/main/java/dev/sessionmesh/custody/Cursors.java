package dev.sessionmesh.custody;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;

/**
 * Where a search goes on, as callers get it: signed, so that nobody makes one up, for one search, and for a while. What is in it says nothing that the page
 * before did not.
 */
final class Cursors {
    static final Duration KEPT = Duration.ofHours(1);

    private static final byte[] CONTEXT = "sessionmesh cursor\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final int DIGEST_BYTES = 16;
    private static final int SIGNATURE_BYTES = 64;
    private static final int CHARS_MOST = 512;

    private final Seal seal;
    private final InstantSource clock;

    Cursors(Seal seal, InstantSource clock) {
        this.seal = seal;
        this.clock = clock;
    }

    /** @param place where the archive goes on */
    String give(Search search, String place) {
        byte[] where = place.getBytes(StandardCharsets.UTF_8);
        byte[] said = ByteBuffer.allocate(1 + Long.BYTES + DIGEST_BYTES + where.length)
                .put(VERSION)
                .putLong(clock.millis())
                .put(digest(search))
                .put(where)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(join(said, seal.sign(join(CONTEXT, said))));
    }

    /** Where the archive goes on; {@code bad_cursor} when it is not ours, of another search, or too old. */
    Outcome<String> take(Search search, String cursor) {
        byte[] bytes;
        try {
            bytes = cursor.length() > CHARS_MOST
                    ? new byte[0]
                    : Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException rubbish) {
            bytes = new byte[0];
        }
        int said = bytes.length - SIGNATURE_BYTES;
        if (said <= 0
                || !seal.isOurs(
                        join(CONTEXT, Arrays.copyOf(bytes, said)), Arrays.copyOfRange(bytes, said, bytes.length))) {
            return bad("the cursor is none that a page of this cluster gave");
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, said);
            byte[] digest = new byte[DIGEST_BYTES];
            if (in.get() != VERSION) {
                return bad("the cursor is of another version: begin anew");
            }
            long age = clock.millis() - in.getLong();
            in.get(digest);
            if (!MessageDigest.isEqual(digest, digest(search))) {
                return bad("the cursor is of another search");
            }
            if (age > KEPT.toMillis()) {
                return bad("the cursor is older than an hour: begin anew");
            }
            return Outcome.done(StandardCharsets.UTF_8.decode(in).toString());
        } catch (BufferUnderflowException cut) {
            return bad("the cursor is cut");
        }
    }

    private static <T> Outcome<T> bad(String message) {
        return Outcome.refused(ErrorCode.BAD_CURSOR, message);
    }

    private static byte[] digest(Search search) {
        try {
            return Arrays.copyOf(
                    MessageDigest.getInstance("SHA-256")
                            .digest(search.canonical().getBytes(StandardCharsets.UTF_8)),
                    DIGEST_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
