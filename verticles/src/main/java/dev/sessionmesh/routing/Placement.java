package dev.sessionmesh.routing;

import dev.sessionmesh.core.SessionKey;

/** Where sessions live, as far as this node knows; it may be out of date at any moment. */
public interface Placement {
    /** Incarnation of this node. */
    String self();

    /** Incarnation of the node that holds the session's primary copy; empty when nobody does for the moment. */
    String ownerOf(SessionKey key);

    /** For a session owned here: what a follower that has seen {@code seq} is missing. */
    Gap compare(SessionKey key, String follower, long seq, long generation);

    /** Whether a node incarnation has left the cluster. */
    boolean isGone(String incarnation);

    enum Gap {
        NONE,
        /** There is more in the log. */
        BEHIND,
        /** The owner does not know that it follows. */
        UNKNOWN
    }
}
