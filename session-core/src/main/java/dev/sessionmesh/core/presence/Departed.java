package dev.sessionmesh.core.presence;

import java.util.Comparator;

/**
 * A device of a user that was here.
 *
 * @param tab the last of its tabs to leave
 * @param lastSeenAt when it left, or was last heard of, in epoch milliseconds
 * @param read the last seq that was read on it; 0: none
 */
public record Departed(String tab, String user, String device, long lastSeenAt, long read) {
    /** The latest first; all nodes order them alike. */
    static final Comparator<Departed> LATEST = Comparator.comparingLong(Departed::lastSeenAt)
            .reversed()
            .thenComparing(Departed::user)
            .thenComparing(Departed::device);

    record Device(String user, String device) {}

    Device key() {
        return new Device(user, device);
    }

    /** What two nodes know of the same device, whoever is asked first. */
    Departed merge(Departed other) {
        Departed later =
                lastSeenAt > other.lastSeenAt || (lastSeenAt == other.lastSeenAt && tab.compareTo(other.tab) >= 0)
                        ? this
                        : other;
        return new Departed(later.tab, user, device, later.lastSeenAt, Math.max(read, other.read));
    }
}
