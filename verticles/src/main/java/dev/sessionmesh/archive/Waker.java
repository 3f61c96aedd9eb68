package dev.sessionmesh.archive;

import dev.sessionmesh.archive.Memory.Held;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.ArchiveCodec.Snapshot;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.MalformedBytesException;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.trace.About;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings sessions back from the archive. The node that answers for a session does it, once however many ask: it claims it, puts it in place unserved, has
 * the claim confirmed, and only then has it served. A session that was not put away in order goes on in another history, so that whoever had seen more
 * of it is told.
 */
final class Waker {
    private static final Logger LOG = LoggerFactory.getLogger(Waker.class);

    private final Archive archive;
    private final Memory memory;
    private final Session machine;
    private final ArchiveSettings settings;
    private final Figures figures;
    private final Archiver archiver;
    private final CursorCarrier carrier;
    private final Desk desk;
    private final InstantSource clock;
    private final LongSupplier randomHistory;
    private final Map<SessionKey, CompletableFuture<Outcome<Boolean>>> underWay = new HashMap<>();
    /** Sessions that are on their way out: who wants them waits for that. */
    private final Map<SessionKey, CompletableFuture<?>> leaving = new HashMap<>();

    private boolean closed;

    Waker(Context context, Session machine, Archiver archiver, CursorCarrier carrier, LongSupplier randomHistory) {
        this.archive = context.archive();
        this.memory = context.memory();
        this.machine = machine;
        this.settings = context.settings();
        this.figures = context.figures();
        this.archiver = archiver;
        this.carrier = carrier;
        this.desk = context.desk();
        this.clock = context.clock();
        this.randomHistory = randomHistory;
    }

    /** Wakes nobody, while sessions move to another cluster. */
    void close(boolean now) {
        closed = now;
    }

    /** Whoever wants the session back until then waits. */
    void leaves(SessionKey key, CompletableFuture<?> gone) {
        leaving.put(key, gone);
        desk.bring(gone, (done, failure) -> leaving.remove(key, gone));
    }

    /**
     * Has a session erased that sleeps, and ends with this seq. Whoever wants it meanwhile waits, and is told what became of it.
     *
     * @return whether it is gone
     */
    CompletableFuture<Outcome<Boolean>> erase(SessionKey key, long seq) {
        return whileAsleep(
                key,
                mark -> mark.seq() == seq
                        ? archive.delete(key, clock.millis(), seq).thenApply(done -> true)
                        : CompletableFuture.completedStage(false));
    }

    /**
     * Has something done to a session that sleeps. Whoever wants it meanwhile waits.
     *
     * @return done with what {@code work} says of it, or with {@code false} if it does not sleep
     */
    CompletableFuture<Outcome<Boolean>> whileAsleep(SessionKey key, Function<Mark, CompletionStage<Boolean>> work) {
        if (!memory.owns(key)) {
            return CompletableFuture.completedFuture(away("the session moves to another node"));
        }
        if (leaving.containsKey(key) || underWay.containsKey(key) || isHere(key)) {
            return CompletableFuture.completedFuture(Outcome.done(false));
        }
        CompletableFuture<Outcome<Boolean>> over = archive.mark(key)
                .thenCompose(mark ->
                        mark.filter(Mark::asleep).map(work).orElseGet(() -> CompletableFuture.completedStage(false)))
                .thenApply(Outcome::done)
                .toCompletableFuture();
        leaves(key, over);
        return over;
    }

    private boolean isHere(SessionKey key) {
        return memory.held(key).isPresent() || memory.unclaimed(key).isPresent();
    }

    /** Done with whether it had to be brought; {@code session_not_found} when neither memory nor archive knows it. */
    CompletableFuture<Outcome<Boolean>> wake(SessionKey key) {
        @Nullable CompletableFuture<?> gone = leaving.get(key);
        if (gone != null) {
            CompletableFuture<Outcome<Boolean>> then = new CompletableFuture<>();
            desk.bring(
                    gone,
                    (left, missed) -> desk.bring(
                            wake(key),
                            (outcome, failure) -> then.complete(outcome.orElseGet(() -> away("it was not woken")))));
            return then;
        }
        @Nullable CompletableFuture<Outcome<Boolean>> before = underWay.get(key);
        if (before != null) {
            return before;
        }
        CompletableFuture<Outcome<Boolean>> done = new CompletableFuture<>();
        underWay.put(key, done);
        long began = desk.millis();
        desk.bring(bring(key), (outcome, failure) -> {
            underWay.remove(key);
            failure.ifPresent(passing -> About.of(key).warn(LOG).log("session can't be woken: {}", passing.toString()));
            Outcome<Boolean> result = outcome.orElseGet(() -> away("the archive is out of reach"));
            if (result instanceof Outcome.Done<Boolean>(Boolean brought) && brought) {
                figures.woken.increment();
                figures.wakingMillis.add(desk.millis() - began);
            }
            done.complete(result);
        });
        return done;
    }

    private CompletionStage<Outcome<Boolean>> bring(SessionKey key) {
        if (!memory.owns(key)) {
            return CompletableFuture.completedStage(away("the session moves to another node"));
        }
        if (memory.heldStill(key).isPresent()) {
            return refused(ErrorCode.UNAVAILABLE, "the session moves to another cluster");
        }
        if (memory.held(key).isPresent()) {
            return CompletableFuture.completedStage(Outcome.done(false));
        }
        if (closed) {
            return archive.mark(key).thenApply(this::moved);
        }
        return archive.claim(key, settings.cluster(), false)
                .thenComposeAsync(
                        claim -> switch (claim) {
                            case Claim.Absent() ->
                                memory.unclaimed(key).isPresent()
                                        ? memory.rise(key, Memory.UNCLAIMED)
                                        : refused(ErrorCode.SESSION_NOT_FOUND, "no such session");
                            case Claim.Gone(long at, long head) ->
                                refused(ErrorCode.SESSION_DELETED, "the session was deleted");
                            case Claim.Held(String cluster) ->
                                CompletableFuture.completedStage(
                                        Outcome.elsewhere("the session is held by the cluster " + cluster));
                            case Claim.Taken taken -> bring(key, taken);
                        },
                        desk::run);
    }

    /** Who is sent to the other cluster before the archive knows is turned away there, and waits longer than who waits here. */
    private Outcome<Boolean> moved(Optional<Mark> mark) {
        boolean onItsWay = mark.filter(
                        there -> !there.deleted() && there.cluster().equals(settings.cluster()))
                .isPresent();
        return onItsWay
                ? away("the session moves to another cluster")
                : Outcome.elsewhere("sessions have moved to another cluster");
    }

    private CompletionStage<Outcome<Boolean>> bring(SessionKey key, Claim.Taken taken) {
        Optional<Held> here = memory.unclaimed(key);
        if (here.isPresent() && continues(here.get(), taken.stored().mark())) {
            return memory.rise(key, Memory.UNCLAIMED).thenApply(risen -> known(key, taken, risen));
        }
        Restored restored;
        try {
            restored = restore(taken);
        } catch (MalformedBytesException broken) {
            figures.failed(ArchiveException.Kind.FOREIGN);
            About.of(key).error(LOG).setCause(broken).log("what the archive has of a session can't be read");
            return refused(ErrorCode.UNAVAILABLE, "what the archive has of the session can't be read");
        }
        return memory.put(key, taken.hold(), restored.snapshot(), restored.log())
                .thenCompose(put -> put instanceof Outcome.Done<Boolean>(Boolean waits) && waits
                        ? confirmed(key, taken)
                        : CompletableFuture.completedStage(put))
                .thenApply(risen -> {
                    if (risen instanceof Outcome.Done<Boolean>(Boolean brought) && brought) {
                        desk.run(() -> bringBlobs(key, restored.snapshot().blobs()));
                    }
                    return known(key, taken, risen);
                });
    }

    private CompletionStage<Outcome<Boolean>> confirmed(SessionKey key, Claim.Taken taken) {
        return carrier.bring(key)
                .thenCompose(
                        brought -> archive.isHeld(new Holder(settings.cluster(), taken.hold(), memory.term()), key))
                .thenCompose(held -> held
                        ? memory.rise(key, taken.hold())
                        : refused(ErrorCode.UNAVAILABLE, "somebody else wakes the session"));
    }

    private Outcome<Boolean> known(SessionKey key, Claim.Taken taken, Outcome<Boolean> risen) {
        if (risen instanceof Outcome.Done<Boolean>(Boolean brought) && brought) {
            if (!taken.slept()) {
                figures.recovered.increment();
            }
            desk.run(() -> {
                Track track = archiver.track(key);
                track.forget();
                track.measured(taken.stored().records());
                archiver.changed(key.toString());
            });
        }
        return risen;
    }

    /** Whether what another side of a split had is what the archive has, and maybe more. */
    private static boolean continues(Held held, Mark mark) {
        return mark.seq() <= held.head()
                && (mark.seq() == 0
                        || held.snapshot().state().lineage().contains(new Position(mark.history(), mark.seq())));
    }

    private record Restored(Snapshot snapshot, List<EventBatch> log) {}

    /** @throws MalformedBytesException if it is not what we wrote */
    private Restored restore(Claim.Taken taken) {
        List<EventBatch> log = log(taken.stored());
        Snapshot snapshot = ArchiveCodec.snapshot(taken.stored().snapshot());
        State state = snapshot.state();
        if (state.head() > taken.stored().mark().seq()) {
            // The log was taken back, and nothing was written since.
            state = state.atStart();
        }
        // A write on the way to a long log's head left a state from before.
        // And what was folded while it slept, the state does not know.
        for (EventBatch batch : log) {
            state = batch.from() > state.head() ? machine.replay(state, batch) : state.foldedTo(batch.foldedTo());
        }
        if (state.head() != taken.stored().mark().seq()) {
            throw new MalformedBytesException("a state at " + state.head() + " with a log up to "
                    + taken.stored().mark().seq());
        }
        long hash = snapshot.hash();
        if (!taken.slept()) {
            EventBatch fork = new EventBatch(
                    state.head() + 1,
                    Math.max(state.lastAt(), clock.millis()),
                    List.of(new Event.Forked(randomHistory.getAsLong())));
            state = machine.replay(state, fork);
            hash = RunningHash.extend(hash, BatchCodec.encode(fork));
            log.add(fork);
        }
        return new Restored(new Snapshot(state, hash, snapshot.blobs()), log);
    }

    private static List<EventBatch> log(Stored stored) {
        List<EventBatch> log = new ArrayList<>();
        long next = 1;
        long chain = 0;
        for (LogRecord record : stored.records()) {
            chain = RunningHash.extend(chain, record.bytes());
            List<EventBatch> batches = ArchiveCodec.batches(record.bytes());
            for (EventBatch batch : batches) {
                if (batch.from() != next) {
                    throw new MalformedBytesException("a log that goes on at " + batch.from() + " instead of " + next);
                }
                next = batch.to() + 1;
            }
            if (record.to() != next - 1 || record.chain() != chain) {
                throw new MalformedBytesException("a record up to " + record.to() + " that is not what was written");
            }
            log.addAll(batches);
        }
        return log;
    }

    /** Until they are here, readers get them from the archive; here they are so that a wiped archive can be filled again. */
    private void bringBlobs(SessionKey key, List<Payload.Blob> blobs) {
        for (Payload.Blob blob : blobs) {
            desk.bring(
                    archive.blob(key, blob.hash())
                            .thenCompose(utf8 -> utf8.map(bytes -> memory.putBlob(key, blob.hash(), bytes))
                                    .orElseGet(() -> CompletableFuture.completedStage(null))),
                    (done, failure) -> failure.ifPresent(passing -> About.of(key)
                            .warn(LOG)
                            .log("a payload of a session stays in the archive: {}", passing.toString())));
        }
    }

    private static Outcome<Boolean> away(String message) {
        return Archiver.away(message);
    }

    private static CompletionStage<Outcome<Boolean>> refused(ErrorCode code, String message) {
        return CompletableFuture.completedStage(Outcome.refused(code, message));
    }
}
