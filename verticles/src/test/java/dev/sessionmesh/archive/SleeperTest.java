package dev.sessionmesh.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.session.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SleeperTest {
    private static final int MANY = 1_000;
    private static final Session MACHINE = new Session(Limits.DEFAULT);

    private final MemoryArchive archive = new MemoryArchive();
    private final RestingMemory memory = new RestingMemory();
    private final Desk desk = new Desk();
    private final Figures figures = new Figures();
    private Archiver archiver = archiver(Duration.ZERO);

    @AfterEach
    void close() {
        desk.close();
    }

    /** With so many a round and no more a node would put away fewer sessions a second than it makes. */
    @Test
    void one_round_puts_away_all_whose_time_has_come() throws Exception {
        memory.fill(MANY);
        archived();
        round(Duration.ZERO, 0.1);
        await(() -> figures.slept.sum() == MANY);
        assertTrue(memory.owned().isEmpty());
        assertTrue(RestingMemory.keys(MANY)
                .allMatch(key ->
                        ArchiveProbe.done(archive.mark(key)).orElseThrow().asleep()));
    }

    /** A heap that is full of garbage looks like one that is full of sessions. */
    @Test
    void pressure_drives_out_a_part_in_each_round() throws Exception {
        archiver = archiver(Duration.ofHours(1));
        memory.fill(MANY);
        archived();
        // Younger ones stay under pressure too.
        Thread.sleep(2_100);
        round(Duration.ofHours(1), 0.1);
        Thread.sleep(300);
        assertEquals(MANY, memory.owned().size());
        round(Duration.ofHours(1), 0.9);
        await(() -> figures.slept.sum() >= MANY / 8);
        Thread.sleep(300);
        assertEquals(MANY - MANY / 8, memory.owned().size());
    }

    @Test
    void under_pressure_those_that_stay_take_nobody_s_place() throws Exception {
        archiver = archiver(Duration.ofHours(1));
        memory.fill(MANY, key -> !key.id().endsWith("33"));
        archived();
        Thread.sleep(2_100);
        round(Duration.ofHours(1), 0.9);
        await(() -> figures.slept.sum() == MANY / 100);
    }

    private Archiver archiver(Duration idle) {
        Context context = context(idle);
        return new Archiver(context, new Index(context, MACHINE), carrier(context), key -> {});
    }

    private static CursorCarrier carrier(Context context) {
        return new CursorCarrier(context, key -> Optional.empty(), () -> Cursors.NONE, key -> {});
    }

    private Context context(Duration idle) {
        ArchiveSettings settings = ArchiveSettings.of(Mode.ASYNC, "mesh").idleAfter(idle, 75);
        return new Context(archive, memory, settings, figures, desk, InstantSource.system());
    }

    private void round(Duration idle, double heapUsed) {
        Context context = context(idle);
        CursorCarrier carrier = carrier(context);
        Waker waker = new Waker(context, MACHINE, archiver, carrier, () -> 7);
        Upkeep upkeep = new Upkeep(context, waker, Retention.FOR_EVER::of);
        Sleeper sleeper = new Sleeper(
                context,
                archiver,
                waker,
                carrier,
                upkeep,
                () -> heapUsed,
                key -> CompletableFuture.completedStage(false));
        desk.run(sleeper::work);
    }

    private void archived() throws Exception {
        memory.owned().forEach(key -> archiver.changed(key.toString()));
        await(() -> {
            desk.run(archiver::work);
            return figures.writes.sum() >= MANY;
        });
        settled();
    }

    /** What had been begun on the desk is done. */
    private void settled() throws Exception {
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            desk.run(() -> done.complete(true));
            done.get(10, TimeUnit.SECONDS);
        }
    }

    private static void await(BooleanSupplier reached) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!reached.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertTrue(reached.getAsBoolean());
    }
}
