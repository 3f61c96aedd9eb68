package dev.sessionmesh.host;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.routing.Placement;

/** A mesh of one node. */
final class OneNode implements Placement {
    @Override
    public String self() {
        return "n1-1";
    }

    @Override
    public String ownerOf(SessionKey key) {
        return self();
    }

    @Override
    public Gap compare(SessionKey key, String follower, long seq, long generation) {
        return Gap.NONE;
    }

    @Override
    public boolean isGone(String incarnation) {
        return false;
    }
}
