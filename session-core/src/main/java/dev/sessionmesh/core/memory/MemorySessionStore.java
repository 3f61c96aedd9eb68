package dev.sessionmesh.core.memory;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Sessions in this process's memory: one copy, one lock per session, gone with the process. Deleted sessions leave their tombstones.
 * Every stage is complete when it is returned.
 */
public final class MemorySessionStore implements SessionStore {
    /** By {@code tenant/id}; the separator occurs in neither, so a tenant's sessions lie together in the order of their ids. */
    private final ConcurrentNavigableMap<String, MemorySession> sessions = new ConcurrentSkipListMap<>();

    private final Session machine;
    private final Limits limits;
    private final LongSupplier histories;

    /**
     * @param histories random ids for the lineages of new logs
     */
    public MemorySessionStore(Limits limits, LongSupplier histories) {
        this.machine = new Session(limits);
        this.limits = limits;
        this.histories = histories;
    }

    @Override
    public CompletionStage<Outcome<Created>> create(SessionKey key, Profile profile, long at) {
        State fresh = State.create(key, profile, histories.getAsLong(), at);
        MemorySession there = sessions.putIfAbsent(key.toString(), new MemorySession(machine, limits, fresh));
        return completed(there == null ? Outcome.done(new Created(fresh, true)) : there.created(profile));
    }

    /**
     * Puts a session in its place that was somewhere else.
     *
     * @param blobs in UTF-8, by their hashes
     * @return false where one of this name is, or was
     */
    public boolean bring(State state, List<EventBatch> log, Map<String, byte[]> blobs) {
        MemorySession brought = new MemorySession(machine, limits, state);
        brought.fill(log, blobs);
        return sessions.putIfAbsent(state.key().toString(), brought) == null;
    }

    @Override
    public CompletionStage<Outcome<Appended>> submit(Envelope envelope) {
        return with(envelope.key(), session -> session.submit(envelope));
    }

    @Override
    public CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes) {
        return with(key, session -> session.read(after, maxBytes));
    }

    @Override
    public CompletionStage<Outcome<byte[]>> blob(SessionKey key, String hash) {
        return with(key, session -> session.blob(hash));
    }

    @Override
    public CompletionStage<Outcome<State>> view(SessionKey key) {
        return with(key, MemorySession::view);
    }

    @Override
    public CompletionStage<Outcome<Attached>> attach(SessionKey key, Subscriber subscriber) {
        return with(key, session -> session.attach(subscriber));
    }

    @Override
    public CompletionStage<Outcome<Boolean>> detach(SessionKey key, Subscriber subscriber) {
        return with(key, session -> session.detach(subscriber));
    }

    @Override
    public CompletionStage<Outcome<Boolean>> delete(SessionKey key) {
        return with(key, MemorySession::delete);
    }

    @Override
    public CompletionStage<Outcome<List<String>>> list(
            String tenant, String after, int limit, Predicate<String> shown) {
        String prefix = tenant + "/";
        return completed(Outcome.done(sessions.tailMap(prefix + after, false).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .filter(entry -> !entry.getValue().deleted())
                .map(entry -> entry.getKey().substring(prefix.length()))
                .filter(shown)
                .limit(limit)
                .toList()));
    }

    private <T> CompletionStage<Outcome<T>> with(SessionKey key, Function<MemorySession, Outcome<T>> work) {
        MemorySession session = sessions.get(key.toString());
        return completed(
                session == null
                        ? Outcome.refused(ErrorCode.SESSION_NOT_FOUND, "no such session")
                        : work.apply(session));
    }

    private static <T> CompletionStage<T> completed(T value) {
        return CompletableFuture.completedStage(value);
    }
}
