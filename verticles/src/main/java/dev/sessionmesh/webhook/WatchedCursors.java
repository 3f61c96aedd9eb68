package dev.sessionmesh.webhook;

import dev.sessionmesh.core.SessionKey;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Cursors of which somebody is told when one is moved here, or is found to have been moved elsewhere. */
public final class WatchedCursors implements CursorShelf {
    private final CursorShelf shelf;
    private final Listener listener;

    /** Told on any thread: be quick. */
    public interface Listener {
        /** @param cursor as the archive keeps it */
        void moved(SessionKey session, String endpoint, String cursor);
    }

    public WatchedCursors(CursorShelf shelf, Listener listener) {
        this.shelf = shelf;
        this.listener = listener;
    }

    /** Somebody moved it elsewhere. */
    public void moved(SessionKey session, String endpoint) {
        var unused = shelf.load(session, endpoint)
                .thenAccept(now -> now.ifPresent(cursor -> listener.moved(session, endpoint, cursor.text())));
    }

    @Override
    public CompletionStage<Optional<Cursor>> load(SessionKey session, String endpoint) {
        return shelf.load(session, endpoint);
    }

    @Override
    public CompletionStage<Map<SessionKey, Cursor>> load(Collection<SessionKey> sessions, String endpoint) {
        return shelf.load(sessions, endpoint);
    }

    @Override
    public CompletionStage<Cursor> move(SessionKey session, String endpoint, Optional<Cursor> expected, Cursor next) {
        return shelf.move(session, endpoint, expected, next).thenApply(now -> {
            listener.moved(session, endpoint, now.text());
            return now;
        });
    }

    @Override
    public CompletionStage<Void> drop(SessionKey session, String endpoint, Cursor expected) {
        return shelf.drop(session, endpoint, expected);
    }

    @Override
    public CompletionStage<Void> forget(SessionKey session) {
        return shelf.forget(session);
    }

    @Override
    public CompletionStage<Void> forget(String tenant, String endpoint) {
        return shelf.forget(tenant, endpoint);
    }
}
