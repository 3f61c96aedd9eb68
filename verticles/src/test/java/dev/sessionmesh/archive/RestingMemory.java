package dev.sessionmesh.archive;

import dev.sessionmesh.codec.ArchiveCodec.Snapshot;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.State;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The memory of a single node in whose sessions nothing ever happened, and which let go of those that they are asked to. */
final class RestingMemory implements Memory {
    private final Map<SessionKey, Held> sessions = new ConcurrentHashMap<>();

    static Stream<SessionKey> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> new SessionKey("t", "s" + i));
    }

    void fill(int count) {
        fill(count, key -> false);
    }

    void fill(int count, Predicate<SessionKey> followed) {
        keys(count).forEach(key -> {
            State fresh = State.create(key, Profile.ofModel("scripted:test"), 7, 1);
            sessions.put(key, new Held(new Snapshot(fresh, 0, List.of()), List.of(), 1, followed.test(key), 0));
        });
    }

    @Override
    public boolean owns(SessionKey key) {
        return true;
    }

    @Override
    public String ownerOf(SessionKey key) {
        return "n1";
    }

    @Override
    public Collection<SessionKey> owned() {
        return List.copyOf(sessions.keySet());
    }

    @Override
    public long term() {
        return 0;
    }

    @Override
    public Optional<Held> held(SessionKey key) {
        return Optional.ofNullable(sessions.get(key));
    }

    @Override
    public OptionalLong head(SessionKey key) {
        return held(key).map(held -> OptionalLong.of(held.head())).orElseGet(OptionalLong::empty);
    }

    @Override
    public Optional<Held> unclaimed(SessionKey key) {
        return Optional.empty();
    }

    @Override
    public CompletionStage<Outcome<Long>> confirm(SessionKey key, long known) {
        return CompletableFuture.completedStage(Outcome.done(0L));
    }

    @Override
    public CompletionStage<Outcome<List<EventBatch>>> read(SessionKey key, long after, int maxBytes) {
        return CompletableFuture.completedStage(Outcome.done(List.of()));
    }

    @Override
    public CompletionStage<Outcome<byte[]>> blob(SessionKey key, String hash) {
        throw new UnsupportedOperationException("there are none");
    }

    @Override
    public CompletionStage<Void> putBlob(SessionKey key, String hash, byte[] utf8) {
        throw new UnsupportedOperationException("there are none");
    }

    @Override
    public CompletionStage<Outcome<Boolean>> put(SessionKey key, long hold, Snapshot snapshot, List<EventBatch> log) {
        throw new UnsupportedOperationException("nobody comes back");
    }

    @Override
    public CompletionStage<Outcome<Boolean>> rise(SessionKey key, long hold) {
        throw new UnsupportedOperationException("nobody comes back");
    }

    /** As the real one on a thread of its own. */
    @Override
    public CompletionStage<Outcome<Boolean>> letGo(SessionKey key, Held archived) {
        return CompletableFuture.supplyAsync(() -> Outcome.done(sessions.remove(key, archived)));
    }

    @Override
    public CompletionStage<Outcome<Boolean>> holdStill(SessionKey key) {
        throw new UnsupportedOperationException("nobody moves");
    }

    @Override
    public Optional<Held> heldStill(SessionKey key) {
        return Optional.empty();
    }

    @Override
    public CompletionStage<Outcome<Boolean>> goOn(SessionKey key) {
        throw new UnsupportedOperationException("nobody moves");
    }

    @Override
    public CompletionStage<Outcome<Boolean>> abandon(SessionKey key) {
        return letGo(key, sessions.get(key));
    }

    @Override
    public void watch(Consumer<String> changed, BooleanSupplier behind) {
        throw new UnsupportedOperationException("the test says what changed");
    }
}
