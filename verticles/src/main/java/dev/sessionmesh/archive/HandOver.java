package dev.sessionmesh.archive;

import dev.sessionmesh.archive.Memory.Held;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.trace.About;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Upkeep upkeep;
    private final Desk desk;
    private final InstantSource clock;
    private final Set<SessionKey> busy = new HashSet<>();
    /** Those that have left the memory while the archive has not said yet that they sleep: nobody else knows of them. */
    private final Map<SessionKey, Gone> owed = new HashMap<>();

    private boolean on;
    /** Whether something may be held still although nothing is handed over any more. */
    private boolean settles;

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

    /** A session as it left. */
    private record Gone(Track track, State state, Holder holder) {}

    HandOver(Context context, Archiver archiver, Waker waker, CursorCarrier carrier, Index index, Upkeep upkeep) {
        this.archive = context.archive();
        this.memory = context.memory();
        this.cluster = context.settings().cluster();
        this.archiver = archiver;
        this.waker = waker;
        this.carrier = carrier;
        this.index = index;
        this.upkeep = upkeep;
        this.desk = context.desk();
        this.clock = context.clock();
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
        settles = true;
        waker.close(false);
        goOn();
        progress = new Progress(false, 0, progress.handedOver(), 0);
    }

    /** Has those served again that are held still, also what was on its way to it or could not be served when it was called off. */
    private void goOn() {
        List<SessionKey> still = memory.owned().stream()
                .filter(key -> memory.heldStill(key).isPresent())
                .toList();
        still.stream().filter(key -> !busy.contains(key)).forEach(this::goOn);
        settles = !still.isEmpty() || !busy.isEmpty();
    }

    private void goOn(SessionKey key) {
        busy.add(key);
        desk.bring(memory.goOn(key), (done, failure) -> busy.remove(key));
    }

    void work() {
        owed.forEach((key, gone) -> {
            if (busy.add(key)) {
                rest(key, gone);
            }
        });
        if (!on) {
            if (settles) {
                goOn();
            }
            return;
        }
        int left = owed.size();
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
                .filter(held -> on)
                .ifPresentOrElse(held -> archive(key, held), () -> busy.remove(key)));
    }

    private void archive(SessionKey key, Held held) {
        desk.bring(archiver.flush(key, held.head()), (flushed, failure) -> {
            Optional<Track> track = archiver.known(key);
            boolean archived = flushed.filter(Outcome.Done.class::isInstance).isPresent();
            if (!on || !archived || track.isEmpty() || !isWhole(track.get(), held)) {
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
        CompletionStage<Outcome<Boolean>> out = (runs ? archive.schedule(key, clock.millis()) : upkeep.schedule(state))
                .thenCompose(due -> carrier.carry(track))
                .thenCompose(carried -> memory.letGo(key, held));
        desk.bring(out, (left, failure) -> {
            failure.ifPresent(passing -> warn(key, passing));
            if (left.orElse(Archiver.away("")) instanceof Outcome.Done<Boolean>(Boolean gone) && gone) {
                owed.put(key, new Gone(track, state, holder));
                rest(key, new Gone(track, state, holder));
            } else {
                carrier.left(key, false);
                busy.remove(key);
            }
        });
    }

    /** Out first, then asleep; whoever finds it in between is told that this cluster holds it. */
    private void rest(SessionKey key, Gone gone) {
        desk.bring(archive.rest(gone.holder(), key, gone.state().head()), (rests, failure) -> {
            busy.remove(key);
            if (failure.isPresent()) {
                warn(key, failure.get());
                return;
            }
            owed.remove(key);
            carrier.left(key, rests.orElse(false));
            if (rests.orElse(false)) {
                index.list(gone.track(), gone.state(), true);
                archiver.forget(gone.track());
                progress = new Progress(on, progress.left(), progress.handedOver() + 1, progress.ephemeral());
            }
        });
    }

    private static void warn(SessionKey key, Throwable passing) {
        About.of(key).warn(LOG).log("session could not be handed over yet: {}", passing.toString());
    }
}
