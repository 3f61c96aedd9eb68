package dev.sessionmesh.webhook;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.SessionStore.Slice;
import java.util.concurrent.CompletionStage;

/** Of a store with one copy. */
public record StoredLog(SessionStore store) implements SessionLog {
    @Override
    public CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes) {
        return store.read(key, after, maxBytes);
    }

    @Override
    public CompletionStage<Outcome<Long>> confirm(SessionKey key) {
        return store.read(key, 0, 0).thenApply(outcome -> switch (outcome) {
            case Outcome.Refused<Slice> refused -> refused.as();
            case Outcome.Done<Slice>(Slice slice) -> Outcome.done(slice.head());
        });
    }
}
