package dev.sessionmesh.archive;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.State;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * The store with what sleeps in the archive: what is not in memory is woken first, and while the archive is away nobody is told that it does not exist.
 * In {@code sync} mode a command is acknowledged, and its events are shown, when they are archived.
 */
final class ArchivedStore implements SessionStore {
    /** A session may go to sleep again between being woken and being asked. */
    private static final int TRIES = 3;

    private final SessionStore store;
    private final Archive archive;
    private final boolean sync;
    private final ArchiveRoom room;

    ArchivedStore(SessionStore store, Archive archive, boolean sync, ArchiveRoom room) {
        this.store = store;
        this.archive = archive;
        this.sync = sync;
        this.room = room;
    }

    @Override
    public CompletionStage<Outcome<Created>> create(SessionKey key, Profile profile, long at) {
        return store.view(key)
                .thenCompose(here ->
                        here instanceof Outcome.Refused<State> refused && refused.code() == ErrorCode.SESSION_NOT_FOUND
                                ? createUnlessKnown(key, profile, at)
                                : store.create(key, profile, at));
    }

    @Override
    public CompletionStage<Outcome<Created>> createUnderNewId(SessionKey key, Profile profile, long at) {
        return store.create(key, profile, at);
    }

    /** Nobody gets a new session under the name of one that sleeps, or slept. */
    private CompletionStage<Outcome<Created>> createUnlessKnown(SessionKey key, Profile profile, long at) {
        return archive.mark(key)
                .thenCompose(mark -> mark.isEmpty()
                        ? store.create(key, profile, at)
                        : awake(key, () -> store.view(key)).thenCompose(woken -> switch (woken) {
                            case Outcome.Done<State> done -> store.create(key, profile, at);
                            case Outcome.Refused<State> refused -> CompletableFuture.completedStage(refused.as());
                        }))
                .exceptionally(failure -> away());
    }

    @Override
    public CompletionStage<Outcome<Appended>> submit(Envelope envelope) {
        return awake(envelope.key(), () -> store.submit(envelope)).thenCompose(outcome -> {
            if (sync && outcome instanceof Outcome.Done<Appended>(Appended appended) && appended.to() > 0) {
                return room.flush(envelope.key(), appended.to()).thenCompose(archived -> switch (archived) {
                    case Outcome.Done<Boolean> done -> CompletableFuture.completedStage(outcome);
                    case Outcome.Refused<Boolean> refused -> notArchived(envelope.key(), refused);
                });
            }
            return CompletableFuture.completedStage(outcome);
        });
    }

    /** What was deleted meanwhile is never archived. */
    private CompletionStage<Outcome<Appended>> notArchived(SessionKey key, Outcome.Refused<Boolean> refused) {
        return store.view(key)
                .thenApply(now -> now instanceof Outcome.Refused<State> gone && gone.code() == ErrorCode.SESSION_DELETED
                        ? gone.as()
                        : refused.as());
    }

    @Override
    public CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes) {
        return shown(key, awake(key, () -> store.read(key, after, maxBytes)), Slice::head);
    }

    @Override
    public CompletionStage<Outcome<byte[]>> blob(SessionKey key, String hash) {
        return awake(key, () -> store.blob(key, hash)).thenCompose(outcome -> {
            boolean missing =
                    outcome instanceof Outcome.Refused<byte[]> refused && refused.code() == ErrorCode.BLOB_NOT_FOUND;
            return missing
                    ? archive.blob(key, hash)
                            .thenApply(utf8 -> utf8.map(Outcome::done).orElse(outcome))
                            .exceptionally(failure -> away())
                    : CompletableFuture.completedStage(outcome);
        });
    }

    @Override
    public CompletionStage<Outcome<State>> view(SessionKey key) {
        return shown(key, awake(key, () -> store.view(key)), State::head);
    }

    @Override
    public CompletionStage<Outcome<Attached>> attach(SessionKey key, Subscriber subscriber) {
        return shown(key, awake(key, () -> store.attach(key, subscriber)), attached -> attached.state()
                .head());
    }

    /** Who sleeps is followed by nobody. */
    @Override
    public CompletionStage<Outcome<Boolean>> detach(SessionKey key, Subscriber subscriber) {
        return store.detach(key, subscriber);
    }

    /** Deleted is what is deleted in the archive too: whoever is told otherwise asks again. */
    @Override
    public CompletionStage<Outcome<Boolean>> delete(SessionKey key) {
        return awake(key, () -> store.delete(key)).thenCompose(outcome -> {
            boolean deleted = outcome instanceof Outcome.Done<Boolean>
                    || outcome instanceof Outcome.Refused<Boolean> refused
                            && refused.code() == ErrorCode.SESSION_DELETED;
            return deleted
                    ? archive.delete(key, room.now(), 0)
                            .thenApply(done -> outcome)
                            .exceptionally(failure -> away())
                    : CompletableFuture.completedStage(outcome);
        });
    }

    /** Those in memory. What sleeps is found through the archive's index. */
    @Override
    public CompletionStage<Outcome<List<String>>> list(
            String tenant, String after, int limit, Predicate<String> shown) {
        return store.list(tenant, after, limit, shown);
    }

    /** In {@code sync} mode nobody is shown what the archive does not have: the death of all nodes would take it back. */
    private <T> CompletionStage<Outcome<T>> shown(
            SessionKey key, CompletionStage<Outcome<T>> read, ToLongFunction<T> head) {
        if (!sync) {
            return read;
        }
        return read.thenCompose(outcome -> {
            if (!(outcome instanceof Outcome.Done<T>(T value)) || head.applyAsLong(value) == 0) {
                return CompletableFuture.completedStage(outcome);
            }
            return room.flush(key, head.applyAsLong(value)).thenApply(archived -> switch (archived) {
                case Outcome.Done<Boolean> done -> outcome;
                case Outcome.Refused<Boolean> refused -> refused.as();
            });
        });
    }

    private <T> CompletionStage<Outcome<T>> awake(SessionKey key, Supplier<CompletionStage<Outcome<T>>> work) {
        return awake(key, work, 1);
    }

    private <T> CompletionStage<Outcome<T>> awake(
            SessionKey key, Supplier<CompletionStage<Outcome<T>>> work, int tries) {
        return work.get().thenCompose(outcome -> {
            boolean absent =
                    outcome instanceof Outcome.Refused<T> refused && refused.code() == ErrorCode.SESSION_NOT_FOUND;
            if (!absent) {
                return CompletableFuture.completedStage(outcome);
            }
            if (tries > TRIES) {
                return CompletableFuture.completedStage(
                        Outcome.refused(ErrorCode.UNAVAILABLE, "the session comes and goes"));
            }
            return room.wake(key).thenCompose(woken -> switch (woken) {
                case Outcome.Done<Boolean> done -> awake(key, work, tries + 1);
                case Outcome.Refused<Boolean> refused -> CompletableFuture.completedStage(refused.as());
            });
        });
    }

    private static <T> Outcome<T> away() {
        return Outcome.refused(ErrorCode.UNAVAILABLE, "the archive is out of reach");
    }
}
