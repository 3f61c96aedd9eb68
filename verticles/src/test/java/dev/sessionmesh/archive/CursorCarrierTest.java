package dev.sessionmesh.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Session;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When cursors reach the archive, step by step: work is done when the test says so. */
final class CursorCarrierTest {
    private static final SessionKey KEY = RestingMemory.keys(1).findFirst().orElseThrow();
    private static final String HOOK = "shop";

    private final MemoryArchive archive = new MemoryArchive();
    private final RestingMemory memory = new RestingMemory();
    private final Desk desk = new Desk();
    private final Figures figures = new Figures();
    private final Shelf shelf = new Shelf();
    private final Context context =
            new Context(archive, memory, ArchiveSettings.of(Mode.ASYNC, "mesh"), figures, desk, InstantSource.system());
    private final CursorCarrier carrier = new CursorCarrier(context, this::track, () -> shelf, this::changed);
    private final Archiver archiver =
            new Archiver(context, new Index(context, new Session(Limits.DEFAULT)), carrier, key -> {});

    /** Where one webhook stands. */
    private static final class Shelf implements Cursors {
        private final Map<SessionKey, String> places = new ConcurrentHashMap<>();

        @Override
        public boolean isTold(SessionKey key) {
            return true;
        }

        @Override
        public boolean mayHave(SessionKey key) {
            return true;
        }

        @Override
        public CompletionStage<Map<String, String>> of(SessionKey key) {
            String place = places.getOrDefault(key, "");
            return CompletableFuture.completedStage(place.isEmpty() ? Map.of() : Map.of(HOOK, place));
        }

        @Override
        public CompletionStage<?> bring(SessionKey key, Map<String, String> cursors) {
            throw new UnsupportedOperationException("nobody comes back");
        }

        @Override
        public CompletionStage<?> drop(SessionKey key, Map<String, String> cursors) {
            throw new UnsupportedOperationException("nobody leaves");
        }
    }

    private Optional<Track> track(SessionKey key) {
        return archiver.known(key);
    }

    private void changed(SessionKey key) {
        archiver.changed(key.toString());
    }

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void a_cursor_that_moves_before_its_session_is_archived_follows_it() throws Exception {
        memory.fill(1);
        changed(KEY);
        // One step: the archive was asked what it has of the session, and has nothing of it yet.
        work(archiver::work);
        await(() -> track(KEY).filter(track -> track.mark.isPresent()).isPresent());
        move("1:1:0:7:3:0");
        work(carrier::work);
        assertEquals(Map.of(), archived());
        awaitArchived("1:1:0:7:3:0");
    }

    @Test
    void a_node_that_takes_a_session_over_archives_what_moved_before() throws Exception {
        memory.fill(1);
        shelf.places.put(KEY, "1:1:0:7:5:0");
        changed(KEY);
        awaitArchived("1:1:0:7:5:0");
    }

    @Test
    void what_is_refused_since_another_hold_counts_comes_again_under_that_one() throws Exception {
        memory.fill(1);
        changed(KEY);
        await(() -> {
            work(archiver::work);
            return figures.writes.sum() == 1;
        });
        Mark mark = ArchiveProbe.done(archive.mark(KEY)).orElseThrow();
        Holder holder = new Holder("mesh", mark.hold(), 0);
        ArchiveProbe.done(archive.rest(holder, KEY, mark.seq()));
        ArchiveProbe.done(archive.claim(KEY, "mesh", false));
        move("1:1:0:7:9:0");
        work(carrier::work);
        assertEquals(Map.of(), archived());
        awaitArchived("1:1:0:7:9:0");
    }

    private void move(String place) {
        shelf.places.put(KEY, place);
        carrier.moved(KEY, HOOK, place);
    }

    private Map<String, String> archived() {
        return ArchiveProbe.done(archive.webhooks().cursors(KEY));
    }

    private void awaitArchived(String place) throws InterruptedException {
        await(() -> {
            work(archiver::work);
            work(carrier::work);
            return archived().equals(Map.of(HOOK, place));
        });
    }

    /** With what it begins, as far as the archive answers at once. */
    private void work(Runnable step) {
        desk.run(step);
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            desk.run(() -> done.complete(true));
            assertTrue(done.orTimeout(10, TimeUnit.SECONDS).join());
        }
    }

    private static void await(BooleanSupplier reached) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!reached.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertTrue(reached.getAsBoolean());
    }
}
