package dev.sessionmesh.core.presence;

import java.util.Optional;

/**
 * What a tab says about itself; what it leaves out stays as it is.
 *
 * @param typing to be said again before it runs out
 * @param read a seq; a smaller one than was said before changes nothing
 */
public record PresenceUpdate(Optional<Boolean> typing, Optional<String> focus, Optional<String> status, long read) {
    /** Somebody did something. */
    public static final PresenceUpdate SEEN =
            new PresenceUpdate(Optional.empty(), Optional.empty(), Optional.empty(), 0);

    public static PresenceUpdate read(long seq) {
        return new PresenceUpdate(Optional.empty(), Optional.empty(), Optional.empty(), seq);
    }
}
