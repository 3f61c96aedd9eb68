package dev.sessionmesh.webhook;

import dev.sessionmesh.core.SessionKey;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A node that owns nothing. */
public final class NoSessions implements OwnedHeads {
    @Override
    public boolean isOwned(SessionKey key) {
        return false;
    }

    @Override
    public Optional<Head> head(SessionKey key) {
        return Optional.empty();
    }

    @Override
    public boolean isDeleted(SessionKey key) {
        return false;
    }

    @Override
    public Optional<Tombstone> tombstone(SessionKey key) {
        return Optional.empty();
    }

    @Override
    public CompletionStage<Void> told(SessionKey key) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public Collection<SessionKey> all() {
        return List.of();
    }

    @Override
    public Collection<SessionKey> adopted() {
        return List.of();
    }

    @Override
    public void missed(SessionKey key) {}

    @Override
    public void onDelete(Predicate<SessionKey> wanted) {}

    @Override
    public void onChange(Consumer<String> changed) {}
}
