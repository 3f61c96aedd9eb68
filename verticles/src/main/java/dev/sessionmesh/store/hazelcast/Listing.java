package dev.sessionmesh.store.hazelcast;

import com.hazelcast.map.IMap;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists sessions by asking every partition for its keys: as expensive as there are sessions, and of no single instant. For people and
 * scripts; nothing in the mesh depends on it.
 */
final class Listing {
    private static final Logger LOG = LoggerFactory.getLogger(Listing.class);
    private final IMap<String, Slot> sessions;
    private final Executor blocking;

    Listing(IMap<String, Slot> sessions, Executor blocking) {
        this.sessions = sessions;
        this.blocking = blocking;
    }

    CompletionStage<Outcome<List<String>>> list(String tenant, String after, int limit, Predicate<String> shown) {
        String prefix = tenant + "/";
        return CompletableFuture.supplyAsync(
                        () -> Outcome.done(sessions
                                .keySet(entry ->
                                        entry.getKey().startsWith(prefix) && entry.getValue() instanceof Slot.Live)
                                .stream()
                                .map(key -> key.substring(prefix.length()))
                                .filter(id -> id.compareTo(after) > 0 && shown.test(id))
                                .sorted()
                                .limit(limit)
                                .toList()),
                        blocking)
                .exceptionally(failure -> {
                    LOG.warn("sessions could not be listed", failure);
                    return Outcome.refused(ErrorCode.UNAVAILABLE, "some sessions are out of reach");
                });
    }
}
