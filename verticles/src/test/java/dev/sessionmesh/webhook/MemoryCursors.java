package dev.sessionmesh.webhook;

import dev.sessionmesh.core.SessionKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Cursors in memory, by session and webhook. */
public final class MemoryCursors implements CursorShelf {
    private record At(SessionKey session, String endpoint) {}

    private final Map<At, Cursor> kept = new HashMap<>();

    @Override
    public synchronized CompletionStage<Optional<Cursor>> load(SessionKey session, String endpoint) {
        return CompletableFuture.completedStage(Optional.ofNullable(kept.get(new At(session, endpoint))));
    }

    @Override
    public synchronized CompletionStage<Map<SessionKey, Cursor>> load(
            Collection<SessionKey> sessions, String endpoint) {
        Map<SessionKey, Cursor> found = new HashMap<>();
        for (SessionKey session : sessions) {
            Optional.ofNullable(kept.get(new At(session, endpoint))).ifPresent(at -> found.put(session, at));
        }
        return CompletableFuture.completedStage(found);
    }

    @Override
    public synchronized CompletionStage<Cursor> move(
            SessionKey session, String endpoint, Optional<Cursor> expected, Cursor next) {
        At at = new At(session, endpoint);
        Optional<Cursor> now = Optional.ofNullable(kept.get(at));
        if (now.isPresent() && !now.equals(expected)) {
            return CompletableFuture.completedStage(now.get());
        }
        kept.put(at, next);
        return CompletableFuture.completedStage(next);
    }

    @Override
    public synchronized CompletionStage<Void> drop(SessionKey session, String endpoint, Cursor expected) {
        kept.remove(new At(session, endpoint), expected);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Void> forget(SessionKey session) {
        kept.keySet().removeIf(at -> at.session().equals(session));
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Void> forget(String tenant, String endpoint) {
        kept.keySet()
                .removeIf(at ->
                        at.session().tenant().equals(tenant) && at.endpoint().equals(endpoint));
        return CompletableFuture.completedStage(null);
    }

    synchronized Optional<Cursor> at(SessionKey session, String endpoint) {
        return Optional.ofNullable(kept.get(new At(session, endpoint)));
    }

    synchronized int size() {
        return kept.size();
    }
}
