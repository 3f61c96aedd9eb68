package dev.sessionmesh.custody;

import dev.sessionmesh.core.SessionKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * All that is left of a session.
 *
 * @param at when it was deleted, in epoch milliseconds
 * @param head its last seq
 */
public record Tombstone(long at, long head) {
    /** SHA-256 over one line: {@code sessionmesh-tombstone 1 tenant/id at head}, in hex. */
    String sha256(SessionKey key) {
        String line = "sessionmesh-tombstone 1 " + key + " " + at + " " + head + "\n";
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
