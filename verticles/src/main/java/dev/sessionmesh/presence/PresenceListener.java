package dev.sessionmesh.presence;

import dev.sessionmesh.core.presence.PresenceChange;

/** Watches who is in a session. Called on the loop that it began to watch from, in order. */
public interface PresenceListener {
    /** A full one comes first, and whenever it was asked for. */
    void shown(PresenceChange change);
}
