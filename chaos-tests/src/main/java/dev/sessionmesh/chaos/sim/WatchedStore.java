package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.State;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** A store that tells the referee what it answers. */
record WatchedStore(SessionStore store, Watcher watcher, Referee referee) implements SessionStore {
    interface Watcher {
        void answered(Envelope envelope, long sentAt, Outcome<Appended> outcome);
    }

    @Override
    public CompletionStage<Outcome<Created>> create(SessionKey key, Profile profile, long at) {
        return store.create(key, profile, at);
    }

    @Override
    public CompletionStage<Outcome<Appended>> submit(Envelope envelope) {
        long sentAt = referee.now();
        return store.submit(envelope).thenApply(outcome -> {
            watcher.answered(envelope, sentAt, outcome);
            return outcome;
        });
    }

    @Override
    public CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes) {
        referee.count("reads of the log");
        return store.read(key, after, maxBytes);
    }

    @Override
    public CompletionStage<Outcome<byte[]>> blob(SessionKey key, String hash) {
        return store.blob(key, hash);
    }

    @Override
    public CompletionStage<Outcome<State>> view(SessionKey key) {
        return store.view(key);
    }

    @Override
    public CompletionStage<Outcome<Attached>> attach(SessionKey key, Subscriber subscriber) {
        referee.count("interest declared");
        return store.attach(key, subscriber);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> detach(SessionKey key, Subscriber subscriber) {
        return store.detach(key, subscriber);
    }

    @Override
    public CompletionStage<Outcome<Boolean>> delete(SessionKey key) {
        return store.delete(key).thenApply(outcome -> {
            boolean before =
                    outcome instanceof Outcome.Refused<Boolean> refused && refused.code() == ErrorCode.SESSION_DELETED;
            // An earlier attempt whose answer was lost counts, too: every copy has confirmed it by now.
            if (before || outcome instanceof Outcome.Done<Boolean>) {
                referee.deleted(key);
            }
            return outcome;
        });
    }

    @Override
    public CompletionStage<Outcome<List<String>>> list(
            String tenant, String after, int limit, Predicate<String> shown) {
        return store.list(tenant, after, limit, shown);
    }
}
