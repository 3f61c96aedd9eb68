package dev.sessionmesh.custody;

import dev.sessionmesh.core.SessionKey;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the memory of the cluster has of a session, beside what the store knows of it. */
public interface Remains {
    CompletionStage<Count> count(SessionKey key);

    /** Takes all of it away but the session itself, which the store deletes. */
    CompletionStage<?> sweep(SessionKey key);

    /**
     * @param sessions 1 while it is there
     * @param events in its log
     * @param parts of its log that lie apart from it
     * @param blobs payloads that do
     * @param lostAndFound what sides of splits had of it that lost
     * @param cursors of webhooks
     * @param tombstone empty unless it was deleted
     */
    record Count(
            long sessions,
            long events,
            long parts,
            long blobs,
            long lostAndFound,
            long cursors,
            Optional<Tombstone> tombstone) {
        /** Whether nothing of what was said in it is left. Cursors are numbers, and come back until all receivers know that it was deleted. */
        boolean isNothing() {
            return sessions + parts + blobs + lostAndFound == 0;
        }
    }
}
