package dev.sessionmesh.core.log;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a reader stands: a seq within a lineage of the log. The same seq of another lineage may be other content (after a restore,
 * or on the losing side of a split), so a position without its history proves nothing.
 *
 * @param history the lineage's random id
 * @param seq the last event seen; 0 before the first
 */
public record Position(long history, long seq) {
    private static final byte VERSION = 1;

    public Position {
        if (seq < 0) {
            throw new IllegalArgumentException("a position's seq is not negative");
        }
    }

    /** The opaque form clients keep. */
    public String token() {
        ByteBuffer bytes = ByteBuffer.allocate(17).put(VERSION).putLong(history).putLong(seq);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    public static Optional<Position> parse(String token) {
        try {
            byte[] bytes =
                    token.length() > 64 ? new byte[0] : Base64.getUrlDecoder().decode(token);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            if (bytes.length != 17 || buffer.get() != VERSION) {
                return Optional.empty();
            }
            return Optional.of(new Position(buffer.getLong(), buffer.getLong()));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
