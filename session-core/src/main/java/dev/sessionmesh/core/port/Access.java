package dev.sessionmesh.core.port;

import dev.sessionmesh.core.SessionKey;

/** What somebody may do, as he proved when he came. Asked in front of every command and every read, so it may answer otherwise later. */
@FunctionalInterface
public interface Access {
    enum Action {
        /** Follow the session, read its log and its payloads. */
        READ,
        /** Say something, cancel, steer, bring the results of front-end tools. */
        WRITE,
        /** Decide what waits for approval. */
        APPROVE,
        /** Speak as the agent. */
        RUN,
        /** Create and delete the session. */
        ADMIN
    }

    boolean permits(SessionKey key, Action action);

    /** Whether it is good for anything still: neither expired nor revoked as a whole. */
    default boolean isValid() {
        return true;
    }

    /** Whether it is permitted for every session of the caller's tenant that there is or may be. */
    default boolean permitsEverywhere(Action action) {
        return false;
    }

    /** Everything: for the mesh itself, and for a server that only its own machine can reach. */
    Access ALL = new Access() {
        @Override
        public boolean permits(SessionKey key, Action action) {
            return true;
        }

        @Override
        public boolean permitsEverywhere(Action action) {
            return true;
        }
    };
}
