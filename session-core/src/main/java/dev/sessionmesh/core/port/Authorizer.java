package dev.sessionmesh.core.port;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.SessionKey;

/** Asked in front of every command and every read. */
public interface Authorizer {
    enum Action {
        CREATE,
        READ,
        WRITE,
        APPROVE,
        RUN,
        ADMIN
    }

    boolean permits(Actor actor, SessionKey key, Action action);

    /** Everybody may do everything: for a server that only its own machine can reach. */
    Authorizer OPEN = (actor, key, action) -> true;
}
