package dev.sessionmesh.archive;

import dev.sessionmesh.archive.Memory.Held;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.trace.About;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands this node's sessions to whichever cluster asks the archive for them, live ones too. Each is held still, archived to its end, taken out of the memory
 * and laid down as asleep; its turn is due at once, so that the other cluster takes it over. Nothing of it is lost, and it has one history: whoever
 * followed it here goes on there.
 */
final class HandOver {
    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final int AT_ONCE = 32;

    private final Archive archive;
    private final Memory memory;
    private final String cluster;
    private final Archiver archiver;
    private final Waker waker;
    private final CursorCarrier carrier;
    private final Index index;
    private final Desk desk;
    private final InstantSource clock;
    private final Set<SessionKey> busy = new HashSet<>();
    private boolean on;
    private volatile Progress progress = new Progress(false, 0, 0, 0);

    /**
     * How far it is.
     *
     * @param underWay whether sessions are handed over
     * @param left sessions of this node that are still here
     * @param handedOver sessions that are gone
     * @param ephemeral of those that are here: which stay, as no archive keeps them
     */
    record Progress(boolean underWay, int left, int handedOver, int ephemeral) {}

    HandOver(
            Archive archive,
            Memory memory,
            String cluster,
            Archiver archiver,
            Waker waker,
            CursorCarrier carrier,
            Index index,
            Desk desk,
            InstantSource clock) {
        this.archive = archive;
        this.memory = memory;
        this.cluster = cluster;
        this.archiver = archiver;
        this.waker = waker;
        this.carrier = carrier;
        this.index = index;
        this.desk = desk;
        this.clock = clock;
    }

    /** From any thread. */
    Progress progress() {
        return progress;
    }

    void begin() {
        on = true;
        waker.close(true);
        work();
    }

    /** What is here goes on; what is gone is the other cluster's, or asleep. */
    void callOff() {
        on = false;
        waker.close(false);
        memory.owned().stream()
                .filter(key -> memory.heldStill(key).isPresent())
                .forEach(key -> desk.bring(memory.goOn(key), (done, failure) -> {}));
        progress = new Progress(false, 0, progress.handedOver(), 0);
    }

    void work() {
        if (!on) {
            return;
        }
        int left = 0;
        int ephemeral = 0;
        for (SessionKey key : memory.owned()) {
            Optional<Held> held = memory.held(key);
            if (held.filter(known -> known.snapshot().state().profile().ephemeral())
                    .isPresent()) {
                ephemeral++;
                continue;
            }
            left++;
            if (busy.size() < AT_ONCE && busy.add(key)) {
                handOver(key);
            }
        }
        progress = new Progress(true, left, progress.handedOver(), ephemeral);
    }

    private void handOver(SessionKey key) {
        desk.bring(memory.holdStill(key), (still, failure) -> memory.heldStill(key)
                .ifPresentOrElse(held -> archive(key, held), () -> busy.remove(key)));
    }

    private void archive(SessionKey key, Held held) {
        desk.bring(archiver.flush(key, held.head()), (flushed, failure) -> {
            Optional<Track> track = archiver.known(key);
            boolean archived = flushed.filter(Outcome.Done.class::isInstance).isPresent();
            if (!archived || track.isEmpty() || !isWhole(track.get(), held)) {
                archiver.changed(key.toString());
                busy.remove(key);
                return;
            }
            leave(key, held, track.get());
        });
    }

    /** The log's end may be archived before what came with it. */
    @SuppressWarnings("ReferenceEquality") // the very state
    private static boolean isWhole(Track track, Held held) {
        return !track.busy && track.archived == held.snapshot().state();
    }

    private void leave(SessionKey key, Held held, Track track) {
        State state = held.snapshot().state();
        Holder holder = new Holder(cluster, track.hold, memory.term());
        boolean runs = state.current().isPresent();
        CompletionStage<Boolean> gone = (runs
                        ? archive.schedule(key, clock.millis())
                        : CompletableFuture.<Void>completedStage(null))
                .thenCompose(due -> carrier.carry(track))
                .thenCompose(carried -> memory.letGo(key, held))
                .thenCompose(left -> left instanceof Outcome.Done<Boolean>(Boolean out) && out
                        ? archive.rest(holder, key, held.head())
                        : CompletableFuture.completedStage(false));
        desk.bring(gone, (done, failure) -> {
            busy.remove(key);
            carrier.left(key, done.orElse(false));
            if (done.orElse(false)) {
                index.list(track, state, true);
                archiver.forget(track);
                progress = new Progress(on, progress.left(), progress.handedOver() + 1, progress.ephemeral());
            } else {
                failure.ifPresent(passing ->
                        About.of(key).warn(LOG).log("session could not be handed over yet: {}", passing.toString()));
            }
        });
    }
}
