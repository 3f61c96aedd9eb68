package dev.sessionmesh.webhook;

import dev.sessionmesh.archive.Cursors;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.trace.About;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cursors of webhooks, as the archive takes them along with their sessions. */
final class ArchivedCursors implements Cursors {
    private static final Logger LOG = LoggerFactory.getLogger(ArchivedCursors.class);

    private final CursorShelf shelf;
    private final Endpoints endpoints;

    ArchivedCursors(CursorShelf shelf, Endpoints endpoints) {
        this.shelf = shelf;
        this.endpoints = endpoints;
    }

    @Override
    public boolean isTold(SessionKey key) {
        return endpoints.of(key.tenant()).stream().anyMatch(endpoint -> endpoint.wants(key));
    }

    @Override
    public boolean mayHave(SessionKey key) {
        return !endpoints.areKnown() || !endpoints.of(key.tenant()).isEmpty();
    }

    /** Those of webhooks that are no more are left out, so that what is kept of a session does not grow with them. */
    @Override
    public CompletionStage<Map<String, String>> of(SessionKey key) {
        if (!endpoints.areKnown()) {
            return CompletableFuture.failedStage(new IllegalStateException("nobody knows the webhooks yet"));
        }
        Map<String, String> found = new ConcurrentHashMap<>();
        return all(endpoints.of(key.tenant()).stream().map(endpoint -> shelf.load(key, endpoint.id())
                        .thenAccept(cursor -> cursor.filter(kept -> kept.incarnation() == endpoint.incarnation())
                                .ifPresent(kept -> found.put(endpoint.id(), kept.text())))))
                .thenApply(done -> found);
    }

    @Override
    public CompletionStage<?> bring(SessionKey key, Map<String, String> cursors) {
        return all(cursors.entrySet().stream().flatMap(entry -> readable(key, entry.getKey(), entry.getValue()).stream()
                .map(cursor -> shelf.move(key, entry.getKey(), Optional.empty(), cursor))));
    }

    @Override
    public CompletionStage<?> drop(SessionKey key, Map<String, String> cursors) {
        return all(cursors.entrySet().stream()
                .map(entry -> shelf.drop(key, entry.getKey(), Cursor.parse(entry.getValue()))));
    }

    private static CompletableFuture<Void> all(Stream<CompletionStage<?>> stages) {
        return CompletableFuture.allOf(
                stages.map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
    }

    /** A webhook whose cursor can't be read is told everything again: that is better than a session that does not come back. */
    private static Optional<Cursor> readable(SessionKey key, String endpoint, String text) {
        try {
            return Optional.of(Cursor.parse(text));
        } catch (IllegalArgumentException unreadable) {
            About.of(key).error(LOG).log("the cursor of webhook {} in the archive can't be read", endpoint);
            return Optional.empty();
        }
    }
}
