package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.routing.OwnedSessions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A node that owns no session. */
final class NothingOwned implements OwnedSessions {
    @Override
    public Collection<SessionKey> active() {
        return List.of();
    }

    @Override
    public Collection<SessionKey> waiting() {
        return List.of();
    }

    @Override
    public Optional<State> owned(SessionKey key) {
        return Optional.empty();
    }

    @Override
    public boolean isGone(String incarnation) {
        return false;
    }

    @Override
    public void onChange(Consumer<SessionKey> changed) {}

    @Override
    public void onApprovals(Consumer<SessionKey> changed) {}

    @Override
    public void upkeep(SessionKey key) {}
}
