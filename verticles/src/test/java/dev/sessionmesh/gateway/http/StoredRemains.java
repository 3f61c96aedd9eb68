package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.custody.Remains;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where a session is in one place only. */
record StoredRemains(SessionStore store) implements Remains {
    @Override
    public CompletionStage<Count> count(SessionKey key) {
        return store.view(key)
                .thenApply(outcome -> outcome instanceof Outcome.Done<State>(State state)
                        ? new Count(1, state.head(), 0, 0, 0, 0, Optional.empty())
                        : new Count(0, 0, 0, 0, 0, 0, Optional.empty()));
    }

    @Override
    public CompletionStage<?> sweep(SessionKey key) {
        return CompletableFuture.completedStage(true);
    }
}
