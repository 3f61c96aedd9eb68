package dev.sessionmesh.webhook;

import dev.sessionmesh.core.SessionKey;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Keeps cursors, each with its session and on as many copies. Stages complete on any thread, and fail when the outcome is uncertain. */
public interface CursorShelf {
    CompletionStage<Optional<Cursor>> load(SessionKey session, String endpoint);

    /** Those of a webhook in several sessions; sessions without one are left out. */
    CompletionStage<Map<SessionKey, Cursor>> load(Collection<SessionKey> sessions, String endpoint);

    /**
     * Moves a cursor that still is where the caller believes it. Of two nodes that both think they own a session one moves it, and the other
     * learns where it is.
     *
     * @return where it is now; {@code next} when it was moved
     */
    CompletionStage<Cursor> move(SessionKey session, String endpoint, Optional<Cursor> expected, Cursor next);

    /** Takes a cursor away that still is where the caller believes it. */
    CompletionStage<Void> drop(SessionKey session, String endpoint, Cursor expected);

    /** Of a session that was deleted. */
    CompletionStage<Void> forget(SessionKey session);

    /** Of a webhook that was deleted, in all sessions. */
    CompletionStage<Void> forget(String tenant, String endpoint);
}
