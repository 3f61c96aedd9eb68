package dev.sessionmesh.core.presence;

import dev.sessionmesh.core.SessionKey;

/** Where a node's presence goes. */
public interface PresenceOut {
    /** @param node incarnation of the receiver */
    void send(String node, PresenceMessage message);

    /** To all who watch the session here. */
    void show(SessionKey key, PresenceChange change);
}
