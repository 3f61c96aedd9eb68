package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.webhook.Cursor;
import dev.sessionmesh.webhook.CursorShelf;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Cursors of webhooks in a map of their own, each in the partition of its session: who owns the one owns the other. */
public final class HazelcastCursors implements CursorShelf {
    private static final long[] NONE = {};

    private final HazelcastInstance hazelcast;
    private final IMap<NamedPart, long[]> cursors;
    private final Executor blocking;

    /**
     * Makes a proxy, which blocks.
     *
     * @param blocking where blocking operations run
     */
    public HazelcastCursors(HazelcastInstance hazelcast, Executor blocking) {
        this.hazelcast = hazelcast;
        this.cursors = hazelcast.getMap(MeshNames.WEBHOOK_CURSORS);
        this.blocking = blocking;
    }

    /** Told of replays of sessions that this node owns, on a partition thread. */
    public void onReplay(BiConsumer<SessionKey, String> replayed) {
        Consumer<NamedPart> listener = key -> replayed.accept(HazelcastHeads.key(key.session()), key.name());
        hazelcast.getUserContext().put(MoveCursor.REPLAYED, listener);
    }

    @Override
    public CompletionStage<Optional<Cursor>> load(SessionKey session, String endpoint) {
        return attempt(() -> cursors.getAsync(new NamedPart(session.toString(), endpoint)))
                .thenApply(longs -> Optional.<long[]>ofNullable(longs).map(Cursor::of));
    }

    @Override
    public CompletionStage<Map<SessionKey, Cursor>> load(Collection<SessionKey> sessions, String endpoint) {
        Map<NamedPart, SessionKey> keys = sessions.stream()
                .collect(Collectors.toMap(key -> new NamedPart(key.toString(), endpoint), Function.identity()));
        return CompletableFuture.supplyAsync(
                () -> {
                    Map<SessionKey, Cursor> found = new HashMap<>();
                    cursors.getAll(Set.copyOf(keys.keySet()))
                            .forEach((key, longs) -> found.put(HazelcastHeads.key(key.session()), Cursor.of(longs)));
                    return found;
                },
                blocking);
    }

    @Override
    public CompletionStage<Cursor> move(SessionKey session, String endpoint, Optional<Cursor> expected, Cursor next) {
        MoveCursor move = new MoveCursor(expected.map(Cursor::toLongs).orElse(NONE), next.toLongs());
        return attempt(() -> cursors.submitToKey(new NamedPart(session.toString(), endpoint), move))
                .thenApply(Cursor::of);
    }

    /** Hazelcast refuses some operations at once, by throwing. */
    private static <T extends @Nullable Object> CompletionStage<T> attempt(Supplier<CompletionStage<T>> operation) {
        try {
            return operation.get();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    @Override
    public CompletionStage<Void> drop(SessionKey session, String endpoint, Cursor expected) {
        DropCursor drop = new DropCursor(expected.toLongs());
        return attempt(() -> cursors.submitToKey(new NamedPart(session.toString(), endpoint), drop))
                .thenAccept(dropped -> {});
    }

    @Override
    public CompletionStage<Void> forget(SessionKey session) {
        String name = session.toString();
        return CompletableFuture.runAsync(
                () -> cursors.removeAll(Predicates.partitionPredicate(name, new CursorsOf(name, ""))), blocking);
    }

    @Override
    public CompletionStage<Void> forget(String tenant, String endpoint) {
        return CompletableFuture.runAsync(() -> cursors.removeAll(new CursorsOf(tenant + "/", endpoint)), blocking);
    }
}
