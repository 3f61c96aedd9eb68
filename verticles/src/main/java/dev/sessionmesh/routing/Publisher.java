package dev.sessionmesh.routing;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;

/** Tells the subscribers of a session what was appended. Best effort: completeness comes from the log. */
interface Publisher {
    void publish(SessionKey key, SessionStore.Appended appended);
}
