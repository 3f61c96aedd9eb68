package dev.sessionmesh.client;

import java.util.Optional;

/** Where following starts, and how far it has come. */
public sealed interface Position {

    /** No position: a snapshot, then what follows. */
    record Newest() implements Position {}

    /**
     * After a place in the log.
     *
     * @param after the last seq seen; 0 for the whole log
     * @param pos the lineage of the log, opaque, from an earlier {@code attached}; without it the server can't notice that the
     *     log is not the one the client saw
     */
    record After(long after, Optional<String> pos) implements Position {
        public After {
            if (after < 0) {
                throw new IllegalArgumentException("after must not be negative: " + after);
            }
        }
    }

    /** A snapshot, then what follows. */
    static Position newest() {
        return new Newest();
    }

    /** The whole log. */
    static Position start() {
        return new After(0, Optional.empty());
    }

    /** After a seq, lineage unverified. */
    static Position after(long seq) {
        return new After(seq, Optional.empty());
    }
}
