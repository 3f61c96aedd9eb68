package dev.sessionmesh.archive;

import dev.sessionmesh.archive.Memory.Held;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.trace.About;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts sessions away that nobody follows: after a time, or, when the memory gets full, those first that were used longest ago. A session leaves the memory
 * once the archive, and whoever follows it, has all of it; only then the archive is told that it sleeps. Whoever finds it between the two thinks that
 * its cluster died, which costs it a new history and nothing else.
 */
final class Sleeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sleeper.class);
    /** Put away at a time. */
    private static final int AT_ONCE = 64;
    /** Under pressure even these stay: whoever just left may be reloading a page. */
    private static final long FRESH_MILLIS = 2_000;
    /** More records than that are packed into fewer. */
    private static final int LOOSE_RECORDS = 2;

    private static final int RECORDS_MAX = 4_096;

    private final Archive archive;
    private final Memory memory;
    private final ArchiveSettings settings;
    private final Figures figures;
    private final Archiver archiver;
    private final Waker waker;
    private final CursorCarrier carrier;
    private final Index index;
    private final Desk desk;
    private final DoubleSupplier memoryUsed;
    private final Function<SessionKey, CompletionStage<Boolean>> wanted;
    private int underWay;

    /**
     * @param memoryUsed the part of the heap that is in use
     * @param wanted whether somebody still has something to do with a session that nobody follows
     */
    Sleeper(
            Archive archive,
            Memory memory,
            ArchiveSettings settings,
            Figures figures,
            Archiver archiver,
            Waker waker,
            CursorCarrier carrier,
            Index index,
            Desk desk,
            DoubleSupplier memoryUsed,
            Function<SessionKey, CompletionStage<Boolean>> wanted) {
        this.archive = archive;
        this.memory = memory;
        this.settings = settings;
        this.figures = figures;
        this.archiver = archiver;
        this.waker = waker;
        this.carrier = carrier;
        this.index = index;
        this.desk = desk;
        this.memoryUsed = memoryUsed;
        this.wanted = wanted;
    }

    void work() {
        boolean full = memoryUsed.getAsDouble() * 100 >= settings.pressurePercent();
        long oldEnough = desk.millis() - (full ? FRESH_MILLIS : settings.idle().toMillis());
        List<Track> idle = new ArrayList<>();
        for (SessionKey key : memory.owned()) {
            Track track = archiver.track(key);
            if (!track.busy && track.touchedAt <= oldEnough) {
                idle.add(track);
            }
        }
        idle.sort(Comparator.comparingLong(track -> track.touchedAt));
        for (Track track : idle) {
            if (underWay >= AT_ONCE) {
                return;
            }
            memory.held(track.key).ifPresent(held -> consider(track, held));
        }
    }

    private void consider(Track track, Held held) {
        State state = held.snapshot().state();
        boolean rests = state.current().isEmpty()
                && !held.followed()
                && !state.profile().ephemeral();
        if (!rests) {
            return;
        }
        if (track.mark.isEmpty() || !isArchived(track, held)) {
            archiver.changed(track.key.toString());
            return;
        }
        Mark mark = track.mark.get();
        underWay++;
        desk.bring(wanted.apply(track.key), (needed, failure) -> {
            underWay--;
            if (!needed.orElse(true) && !track.busy && isArchived(track, held)) {
                putAway(track, mark, held);
            }
        });
    }

    @SuppressWarnings("ReferenceEquality") // the very state
    private static boolean isArchived(Track track, Held held) {
        return track.archived == held.snapshot().state();
    }

    private void putAway(Track track, Mark mark, Held held) {
        SessionKey key = track.key;
        State state = held.snapshot().state();
        Holder holder = new Holder(settings.cluster(), track.hold, memory.term());
        // Once more, so that whoever follows the archive has it too.
        Write last = new Write(key, holder, mark, List.of(), ArchiveCodec.snapshot(held.snapshot()), true);
        track.busy = true;
        underWay++;
        CompletableFuture<Boolean> gone = archive.write(last)
                .thenCompose(verdict -> verdict instanceof Verdict.Written
                        ? carrier.carry(track).thenCompose(carried -> memory.letGo(key, held))
                        : CompletableFuture.completedStage(Outcome.done(false)))
                .thenCompose(outcome -> outcome instanceof Outcome.Done<Boolean>(Boolean left) && left
                        ? archive.rest(holder, key, held.head()).thenApply(slept -> true)
                        : CompletableFuture.completedStage(false))
                .toCompletableFuture();
        waker.leaves(key, gone);
        desk.bring(gone, (left, failure) -> {
            underWay--;
            track.busy = false;
            carrier.left(key, left.orElse(false));
            failure.ifPresent(passing -> {
                figures.failed(passing instanceof ArchiveException known ? known.kind() : ArchiveException.Kind.AWAY);
                About.of(key).warn(LOG).log("session could not be put away in order: {}", passing.toString());
            });
            if (left.orElse(false)) {
                figures.slept.increment();
                index.list(track, state, true);
                archiver.forget(track);
                pack(track);
            } else {
                track.touchedAt = desk.millis();
                track.forget();
                archiver.changed(key.toString());
            }
        });
    }

    /** The many small records of a live session become few. */
    private void pack(Track track) {
        if (track.records <= LOOSE_RECORDS) {
            return;
        }
        CompletionStage<Boolean> packed = archive.read(track.key)
                .thenCompose(stored -> stored.filter(all -> all.mark().asleep())
                        .map(all -> archive.pack(track.key, all.mark(), fewer(all)))
                        .orElseGet(() -> CompletableFuture.completedStage(false)));
        desk.bring(
                packed,
                (done, failure) -> failure.ifPresent(passing ->
                        About.of(track.key).debug(LOG).log("session stays in small records: {}", passing.toString())));
    }

    private static List<LogRecord> fewer(Stored stored) {
        List<EventBatch> log = new ArrayList<>();
        stored.records().forEach(record -> log.addAll(ArchiveCodec.batches(record.bytes())));
        return Stretches.records(
                0, ArchiveCodec.snapshot(stored.snapshot()).state().lineage(), log, RECORDS_MAX);
    }
}
