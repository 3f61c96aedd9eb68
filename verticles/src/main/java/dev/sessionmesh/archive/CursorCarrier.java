package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.trace.About;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the cursors of webhooks to the archive: as they move, so that little is told twice after the death of all nodes, and all of them when their session
 * leaves the memory. Brings them back with it. And has a session listed as untold from before its first write on until it leaves the memory with everything
 * told.
 *
 * <p>Everything here runs on the archive's thread, but {@link #moved}.
 */
final class CursorCarrier {
    private static final Logger LOG = LoggerFactory.getLogger(CursorCarrier.class);
    private static final int IN_FLIGHT = 128;
    private static final long PAUSE_MILLIS = 1_000;

    private final WebhookArchive archive;
    private final Memory memory;
    private final String cluster;
    private final Function<SessionKey, Optional<Track>> tracks;
    private final Supplier<Cursors> cursors;
    private final Desk desk;
    private final Consumer<SessionKey> doubted;
    /** By session and webhook: what is not archived yet. */
    private final Map<SessionKey, Map<String, String>> moved = new ConcurrentHashMap<>();

    private final Set<SessionKey> underWay = new HashSet<>();
    /** What sessions on their way out had. */
    private final Map<SessionKey, Map<String, String>> carried = new ConcurrentHashMap<>();

    private long notBefore;

    /**
     * @param tracks what is known of a session's archive
     * @param doubted told of sessions of which the archive says that another one holds them
     */
    CursorCarrier(
            Context context,
            Function<SessionKey, Optional<Track>> tracks,
            Supplier<Cursors> cursors,
            Consumer<SessionKey> doubted) {
        this.archive = context.archive().webhooks();
        this.memory = context.memory();
        this.cluster = context.settings().cluster();
        this.tracks = tracks;
        this.cursors = cursors;
        this.desk = context.desk();
        this.doubted = doubted;
    }

    /** A cursor was moved, here or by somebody else. From any thread, at any rate. */
    void moved(SessionKey key, String webhook, String cursor) {
        moved.compute(key, (session, before) -> {
            Map<String, String> now = before == null ? new ConcurrentHashMap<>() : before;
            now.put(webhook, cursor);
            return now;
        });
    }

    /** This node has become the one that archives the session. What was moved before it was, nobody may have archived. */
    void taken(SessionKey key) {
        if (cursors.get().mayHave(key)) {
            moved.computeIfAbsent(key, session -> new ConcurrentHashMap<>());
        }
    }

    /** Whether something of the session is on its way, and would come late. */
    boolean isBusy(SessionKey key) {
        return underWay.contains(key) || moved.containsKey(key);
    }

    /** Archives what moved; called often. */
    void work() {
        if (desk.millis() < notBefore) {
            return;
        }
        for (SessionKey key : List.copyOf(moved.keySet())) {
            if (underWay.size() >= IN_FLIGHT) {
                return;
            }
            if (!memory.owns(key) || memory.held(key).isEmpty()) {
                // Whoever has it reads them where they are, and carries them.
                moved.remove(key);
            } else if (!underWay.contains(key)) {
                tracks.apply(key).filter(CursorCarrier::isHeld).ifPresent(this::archive);
            }
        }
    }

    /** Cursors are taken only of a session that the archive has. */
    private static boolean isHeld(Track track) {
        return track.mark.filter(mark -> mark.hold() > 0).isPresent();
    }

    private void archive(Track track) {
        SessionKey key = track.key;
        Optional<Map<String, String>> some = Optional.ofNullable(moved.remove(key));
        if (some.isEmpty()) {
            return;
        }
        underWay.add(key);
        Map<String, String> told = some.get();
        CompletionStage<Boolean> put = (track.compared
                        ? CompletableFuture.completedStage(told)
                        : cursors.get().of(key))
                .thenCompose(all -> all.isEmpty()
                        ? CompletableFuture.completedStage(true)
                        : list(track).thenCompose(listed -> archive.putCursors(holder(track), key, all, false)));
        desk.bring(put, (written, failure) -> {
            underWay.remove(key);
            if (written.orElse(false)) {
                track.compared = true;
                return;
            }
            notBefore = desk.millis() + PAUSE_MILLIS;
            keep(key, told);
            failure.ifPresentOrElse(
                    passing -> About.of(key).debug(LOG).log("cursors are not archived yet: {}", passing.toString()),
                    () -> doubt(track));
        });
    }

    private void doubt(Track track) {
        track.forget();
        doubted.accept(track.key);
    }

    /** Unless it moved meanwhile. */
    private void keep(SessionKey key, Map<String, String> some) {
        moved.compute(key, (session, since) -> {
            Map<String, String> now = since == null ? new ConcurrentHashMap<>() : since;
            some.forEach(now::putIfAbsent);
            return now;
        });
    }

    /** Before something is written that a webhook may have to be told of. */
    CompletionStage<?> list(Track track) {
        if (track.untold || !cursors.get().isTold(track.key)) {
            return CompletableFuture.completedStage(true);
        }
        return archive.untold(cluster, track.key).thenRun(() -> desk.run(() -> track.untold = true));
    }

    /** Before a session leaves the memory of which everything is told; fails when it must not, as its cursors would be lost. */
    CompletionStage<?> carry(Track track) {
        SessionKey key = track.key;
        if (!cursors.get().mayHave(key)) {
            return CompletableFuture.completedStage(true);
        }
        return cursors.get().of(key).thenCompose(all -> archive.putCursors(holder(track), key, all, true)
                .thenCompose(written -> {
                    if (!written) {
                        return CompletableFuture.failedStage(
                                new ArchiveException(ArchiveException.Kind.AWAY, "somebody else holds the session"));
                    }
                    carried.put(key, all);
                    return archive.told(cluster, key);
                }));
    }

    /** A session that was carried has left the memory, or has not. What was moved meanwhile stays here and counts when it is back. */
    void left(SessionKey key, boolean gone) {
        Optional.ofNullable(carried.remove(key))
                .filter(all -> gone && !all.isEmpty())
                .ifPresent(all -> desk.bring(
                        cursors.get().drop(key, all),
                        (dropped, failure) -> failure.ifPresent(passing -> About.of(key)
                                .debug(LOG)
                                .log("cursors of a sleeping session stay in memory: {}", passing.toString()))));
    }

    /** Before a session is served that comes back. */
    CompletionStage<?> bring(SessionKey key) {
        return cursors.get().mayHave(key)
                ? archive.cursors(key).thenCompose(all -> cursors.get().bring(key, all))
                : CompletableFuture.completedStage(true);
    }

    private Holder holder(Track track) {
        return new Holder(cluster, track.hold, memory.term());
    }

    /** Nothing is left of a session that was listed. */
    CompletionStage<Void> unlist(SessionKey key) {
        return archive.told(cluster, key);
    }
}
