package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where webhooks stand in the sessions that are in memory: what goes to the archive with a session and comes back with it, and is no part of it. Cursors are
 * texts, by the id of their webhook. Stages complete on any thread.
 */
public interface Cursors {
    /** Without anybody who is told of anything. */
    Cursors NONE = new Cursors() {
        @Override
        public boolean isTold(SessionKey key) {
            return false;
        }

        @Override
        public boolean mayHave(SessionKey key) {
            return false;
        }

        @Override
        public CompletionStage<Map<String, String>> of(SessionKey key) {
            return CompletableFuture.completedStage(Map.of());
        }

        @Override
        public CompletionStage<?> bring(SessionKey key, Map<String, String> cursors) {
            return CompletableFuture.completedStage(true);
        }

        @Override
        public CompletionStage<?> drop(SessionKey key, Map<String, String> cursors) {
            return CompletableFuture.completedStage(true);
        }
    };

    /** Whether there is a webhook that is told what happens in the session. */
    boolean isTold(SessionKey key);

    /** Whether the session may have cursors, here or in the archive; {@code true} while nobody knows. */
    boolean mayHave(SessionKey key);

    /** All those here; fails while nobody knows whose they may be. */
    CompletionStage<Map<String, String>> of(SessionKey key);

    /** Puts those in place that are not here. */
    CompletionStage<?> bring(SessionKey key, Map<String, String> cursors);

    /** Takes those away that still are what they are said to be. */
    CompletionStage<?> drop(SessionKey key, Map<String, String> cursors);
}
