package dev.sessionmesh.archive;

import dev.sessionmesh.archive.Memory.Held;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.Packing;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.trace.About;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
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
    /** Of those that pressure drives out, one of so many goes in a round. */
    private static final int PRESSED_OUT_OF = 8;
    /** More records than that are packed into fewer. */
    private static final int LOOSE_RECORDS = 2;

    private final Archive archive;
    private final Memory memory;
    private final ArchiveSettings settings;
    private final Figures figures;
    private final Archiver archiver;
    private final Waker waker;
    private final Upkeep upkeep;
    private final CursorCarrier carrier;
    private final Desk desk;
    private final DoubleSupplier memoryUsed;
    private final Function<SessionKey, CompletionStage<Boolean>> wanted;
    /** Those whose turn it is, the one first that was used longest ago; made anew in each round. */
    private final Deque<Track> next = new ArrayDeque<>();
    /** How many more of them may go in this round. */
    private int left;

    private int underWay;

    /**
     * @param memoryUsed the part of the heap that is in use
     * @param wanted whether somebody still has something to do with a session that nobody follows
     */
    Sleeper(
            Context context,
            Archiver archiver,
            Waker waker,
            CursorCarrier carrier,
            Upkeep upkeep,
            DoubleSupplier memoryUsed,
            Function<SessionKey, CompletionStage<Boolean>> wanted) {
        this.archive = context.archive();
        this.memory = context.memory();
        this.settings = context.settings();
        this.figures = context.figures();
        this.archiver = archiver;
        this.waker = waker;
        this.upkeep = upkeep;
        this.carrier = carrier;
        this.desk = context.desk();
        this.memoryUsed = memoryUsed;
        this.wanted = wanted;
    }

    void work() {
        boolean full = memoryUsed.getAsDouble() * 100 >= settings.pressurePercent();
        long now = desk.millis();
        long idle = settings.idle().toMillis();
        List<Track> rest = new ArrayList<>();
        int old = 0;
        for (SessionKey key : memory.owned()) {
            Track track = archiver.track(key);
            if (!track.busy && track.touchedAt <= now - (full ? Math.min(FRESH_MILLIS, idle) : idle)) {
                rest.add(track);
                old += track.touchedAt <= now - idle ? 1 : 0;
            }
        }
        rest.sort(Comparator.comparingLong(track -> track.touchedAt));
        next.clear();
        next.addAll(rest);
        // How full the heap is shows after a collection only, so those that pressure drives out go in parts.
        left = Math.max(old, Math.max(AT_ONCE, rest.size() / PRESSED_OUT_OF));
        begin();
    }

    /** As many as may be at a time. Whoever is through makes room for the next one: a round may have thousands. */
    private void begin() {
        while (underWay < AT_ONCE && left > 0 && !next.isEmpty()) {
            Track track = next.remove();
            boolean still =
                    archiver.known(track.key).filter(known -> known == track).isPresent()
                            && !track.busy
                            && memory.owns(track.key);
            if (still
                    && memory.held(track.key)
                            .filter(held -> consider(track, held))
                            .isPresent()) {
                left--;
            }
        }
    }

    /** Whether it may go, as far as is known here. */
    private boolean consider(Track track, Held held) {
        State state = held.snapshot().state();
        boolean rests = state.current().isEmpty()
                && !held.followed()
                && !state.profile().ephemeral();
        if (!rests) {
            return false;
        }
        if (track.mark.isEmpty() || !isArchived(track, held)) {
            archiver.changed(track.key.toString());
            return false;
        }
        Mark mark = track.mark.get();
        underWay++;
        desk.bring(wanted.apply(track.key), (needed, failure) -> {
            underWay--;
            if (!needed.orElse(true) && !track.busy && isArchived(track, held)) {
                putAway(track, mark, held);
            }
            begin();
        });
        return true;
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
                        ? archive.rest(holder, key, held.head()).thenCompose(slept -> settle(track, state))
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
                archiver.forget(track);
            } else {
                track.touchedAt = desk.millis();
                track.forget();
                archiver.changed(key.toString());
            }
            begin();
        });
    }

    /** The session is out of the memory: what follows makes it cheaper to keep, and easier to find. */
    private CompletionStage<Boolean> settle(Track track, State state) {
        return upkeep.schedule(state)
                .thenCompose(said -> pack(track))
                .thenCompose(bytes -> archive.index(Index.listed(track, state, true, bytes)))
                .handle((listed, failure) -> {
                    if (failure != null) {
                        About.of(track.key).debug(LOG).log("session sleeps untidied: {}", failure.toString());
                    }
                    return true;
                });
    }

    /**
     * The many small records of a live session become few.
     *
     * @return what they take
     */
    private CompletionStage<Long> pack(Track track) {
        if (track.records >= 0 && track.records <= LOOSE_RECORDS) {
            return CompletableFuture.completedStage(track.bytes);
        }
        return archive.read(track.key)
                .thenComposeAsync(
                        stored -> stored.filter(all -> all.mark().asleep())
                                .map(all -> pack(track, all))
                                .orElseGet(() -> CompletableFuture.completedStage(0L)),
                        desk::run);
    }

    private CompletionStage<Long> pack(Track track, Stored all) {
        if (all.records().size() <= LOOSE_RECORDS) {
            return CompletableFuture.completedStage(Track.size(all.records()));
        }
        List<LogRecord> fewer = Stretches.again(all, Packing::pack);
        return archive.pack(track.key, all.mark(), fewer).thenApply(done -> Track.size(done ? fewer : all.records()));
    }
}
