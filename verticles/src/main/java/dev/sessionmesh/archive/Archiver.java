package dev.sessionmesh.archive;

import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.archive.Memory.Held;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.ArchiveCodec.Snapshot;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.trace.About;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what this node's sessions have to the archive. The sessions' logs are the queue: what follows the archive's mark is still to be copied, and a
 * node that takes a partition over asks the archive for the mark and goes on. Only what every copy has is archived.
 *
 * <p>Everything here runs on the archive's thread, but {@link #changed} and {@link #isBehind}.
 */
final class Archiver {
    private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);
    /** Sessions that are written at the same time. */
    private static final int IN_FLIGHT = 256;
    /** Of one write; with what a record holds, a megabyte. */
    private static final int RECORDS = 64;

    private static final int READ_BYTES = 1 << 20;
    private static final long FIRST_PAUSE_MILLIS = 100;
    /** Shorter than anybody's patience: who waits when the archive comes back is answered. */
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final Archive archive;
    private final Memory memory;
    private final ArchiveSettings settings;
    private final Figures figures;
    private final Desk desk;
    private final Index index;
    private final CursorCarrier carrier;
    private final Consumer<SessionKey> wake;
    /** Names of sessions that changed since somebody looked. */
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    private final Map<SessionKey, Track> tracks = new HashMap<>();
    private final Set<Track> pending = new LinkedHashSet<>();
    private int inFlight;
    private int failures;
    private long pausedUntil;
    private volatile boolean behind;

    /** @param wake has a session looked after that is here and not served */
    Archiver(Context context, Index index, CursorCarrier carrier, Consumer<SessionKey> wake) {
        this.archive = context.archive();
        this.memory = context.memory();
        this.settings = context.settings();
        this.figures = context.figures();
        this.desk = context.desk();
        this.index = index;
        this.carrier = carrier;
        this.wake = wake;
    }

    /** From any thread, at any rate. */
    void changed(String name) {
        changed.add(name);
    }

    /** Whether what is missing in the archive is beyond its bounds. From any thread. */
    boolean isBehind() {
        return behind;
    }

    /** What this node knows of a session's archive. */
    Track track(SessionKey key) {
        return tracks.computeIfAbsent(key, fresh -> {
            Track track = new Track(fresh);
            track.touchedAt = desk.millis();
            return track;
        });
    }

    Optional<Track> known(SessionKey key) {
        return Optional.ofNullable(tracks.get(key));
    }

    void forget(Track track) {
        track.refuse(away("the session left this node"));
        tracks.remove(track.key);
        pending.remove(track);
    }

    /** The archive lost what it had: all that is here is compared anew. */
    void refill() {
        figures.refilled.increment();
        LOG.warn("the archive is not the one it was: {} sessions are compared with it anew", tracks.size());
        memory.owned().forEach(key -> {
            Track track = track(key);
            track.forget();
            dirty(track);
        });
    }

    /** Completes when the session is archived up to a seq that is known to be on every copy. */
    CompletableFuture<Outcome<Boolean>> flush(SessionKey key, long seq) {
        CompletableFuture<Outcome<Boolean>> done = new CompletableFuture<>();
        if (!memory.owns(key)) {
            done.complete(away("the session moves to another node"));
            return done;
        }
        Track track = track(key);
        if (track.mark.isPresent() && track.mark.get().seq() >= seq && !track.busy) {
            done.complete(Outcome.done(true));
            return done;
        }
        track.waiting.add(new Track.Waiting(seq, done));
        boolean durable = memory.head(key).orElse(-1) >= seq;
        if (durable) {
            hurry(track);
        } else {
            desk.bring(memory.confirm(key, seq), (head, failure) -> hurry(track));
        }
        long patience = settings.patience().toMillis();
        desk.after(patience, () -> {
            if (!done.isDone()) {
                track.waiting.removeIf(waiter -> waiter.done() == done);
                done.complete(away("the archive did not answer within " + patience + " ms"));
            }
        });
        return done;
    }

    private void hurry(Track track) {
        dirty(track);
        if (!track.busy && desk.millis() >= pausedUntil) {
            write(track);
        }
    }

    private void dirty(Track track) {
        if (pending.add(track)) {
            track.dirtySince = desk.millis();
        }
    }

    /** Looks for what is to be written; called often. */
    void work() {
        for (Iterator<String> names = changed.iterator(); names.hasNext(); ) {
            String name = names.next();
            names.remove();
            touched(Names.key(name));
        }
        long now = desk.millis();
        if (now >= pausedUntil) {
            for (Track track : List.copyOf(pending)) {
                if (inFlight >= IN_FLIGHT) {
                    break;
                }
                if (!track.busy && now >= track.notBefore) {
                    write(track);
                }
            }
        }
        measure(now);
    }

    private void touched(SessionKey key) {
        if (!memory.owns(key)) {
            known(key).filter(track -> !track.busy).ifPresent(this::forget);
            return;
        }
        if (memory.unclaimed(key).isPresent()) {
            wake.accept(key);
            return;
        }
        Track track = track(key);
        track.touchedAt = desk.millis();
        dirty(track);
    }

    private void measure(long now) {
        long events = 0;
        long oldest = now;
        for (Track track : pending) {
            long head = memory.head(track.key).orElse(0);
            events += Math.max(0, head - track.mark.map(Mark::seq).orElse(0L));
            if (track.mark.isEmpty() || head > track.mark.get().seq()) {
                oldest = Math.min(oldest, track.dirtySince);
            }
        }
        figures.lags(events, now - oldest);
        behind = settings.refuse()
                && (events > settings.lagEvents()
                        || now - oldest > settings.lag().toMillis());
    }

    /** Brings the archive one write nearer to what is here. */
    private void write(Track track) {
        Optional<Held> here = memory.owns(track.key) ? memory.held(track.key) : Optional.empty();
        if (here.isEmpty()) {
            forget(track);
            return;
        }
        Held held = here.get();
        if (held.snapshot().state().profile().ephemeral()) {
            track.reached(Long.MAX_VALUE);
            pending.remove(track);
            return;
        }
        if (track.mark.isEmpty()) {
            begin(track, archive.mark(track.key), mark -> learned(track, mark.orElse(Mark.NONE)));
            return;
        }
        Mark mark = track.mark.get();
        Lineage lineage = held.snapshot().state().lineage();
        if (mark.seq() > 0 && !lineage.contains(new Position(mark.history(), mark.seq()))) {
            diverged(track, mark, lineage);
        } else if (mark.seq() > held.head()) {
            ahead(track, mark);
        } else if (isSame(track, held)) {
            finished(track, held);
        } else {
            add(track, mark, held);
        }
    }

    @SuppressWarnings("ReferenceEquality") // states are never changed: another one is another state
    private static boolean isSame(Track track, Held held) {
        return track.archived == held.snapshot().state();
    }

    private void finished(Track track, Held held) {
        pending.remove(track);
        track.reached(held.head());
        if (!track.waiting.isEmpty()) {
            // What they wait for is on every copy, which this node has not heard yet.
            long seq =
                    track.waiting.stream().mapToLong(Track.Waiting::seq).max().orElse(0);
            desk.bring(memory.confirm(track.key, seq), (head, failure) -> dirty(track));
        }
    }

    /** The archive's thread is free until the answer comes. */
    private <T> void begin(Track track, CompletionStage<T> answer, Consumer<T> then) {
        track.busy = true;
        inFlight++;
        desk.bring(answer, (value, failure) -> {
            track.busy = false;
            inFlight--;
            if (failure.isPresent()) {
                failed(track, failure.get());
            } else if (value.isPresent()) {
                failures = 0;
                track.failures = 0;
                then.accept(value.get());
            }
        });
    }

    private void failed(Track track, Throwable failure) {
        ArchiveException.Kind kind =
                failure instanceof ArchiveException known ? known.kind() : ArchiveException.Kind.AWAY;
        figures.failed(kind);
        track.failures++;
        long now = desk.millis();
        long pause = pause(track.failures);
        track.notBefore = now + pause;
        if (kind != ArchiveException.Kind.FOREIGN) {
            // It concerns them all.
            if (now >= pausedUntil) {
                if (failures++ == 0) {
                    LOG.warn("the archive takes nothing: {}", failure.toString());
                }
                pausedUntil = now + pause(failures);
            }
        } else {
            About.of(track.key).error(LOG).log("session can't be archived: {}", failure.toString());
        }
        if (!track.waiting.isEmpty() && kind != ArchiveException.Kind.AWAY) {
            track.refuse(away("the archive refuses: " + kind.name().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    private long pause(int times) {
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(times - 1, 10));
        return pause / 2 + desk.random(pause);
    }

    private void learned(Track track, Mark mark) {
        if (mark.deleted()) {
            About.of(track.key).error(LOG).log("session was deleted in the archive, and leaves the memory");
            abandon(track);
        } else if (mark.asleep() && mark.hold() > 0) {
            // It is awake here, so whoever put it away did not know.
            begin(track, archive.claim(track.key, settings.cluster(), false), claim -> claimed(track, claim));
        } else if (mark.hold() > 0 && !mark.cluster().equals(settings.cluster())) {
            figures.lost.increment();
            About.of(track.key)
                    .error(LOG)
                    .log("session is held by cluster {} now, and leaves the memory", mark.cluster());
            abandon(track);
        } else {
            track.mark = Optional.of(mark);
            track.hold = Math.max(1, mark.hold());
            carrier.taken(track.key);
            if (mark.seq() == 0) {
                track.measured(List.of());
            } else {
                track.unmeasured();
            }
        }
    }

    private void claimed(Track track, Claim claim) {
        if (claim instanceof Claim.Taken taken) {
            track.mark = Optional.of(taken.stored().mark());
            track.hold = taken.hold();
            carrier.taken(track.key);
        }
    }

    private void abandon(Track track) {
        begin(track, memory.abandon(track.key), done -> forget(track));
    }

    /** The archive has what another side of a split had. */
    private void diverged(Track track, Mark mark, Lineage lineage) {
        long common = lineage.common(new Position(mark.history(), mark.seq()));
        About.of(track.key)
                .warn(LOG)
                .log(
                        "the archive has a session up to {} in another history, and is taken back to {}",
                        mark.seq(),
                        common);
        figures.rewound.increment();
        begin(track, archive.rewind(holder(track), track.key, common), verdict -> {
            track.unmeasured();
            judged(track, verdict);
        });
    }

    /** Copies may not have heard yet that what the archive has is on all of them; else the archive has what they lost. */
    private void ahead(Track track, Mark mark) {
        begin(track, memory.confirm(track.key, 0), outcome -> {
            if (outcome instanceof Outcome.Done<Long>(Long head) && head < mark.seq()) {
                About.of(track.key)
                        .error(LOG)
                        .log(
                                "session ends at {} in memory and at {} in the archive, from which it is read again",
                                head,
                                mark.seq());
                begin(track, memory.abandon(track.key), done -> {
                    forget(track);
                    wake.accept(track.key);
                });
            } else {
                track.notBefore = desk.millis() + FIRST_PAUSE_MILLIS;
            }
        });
    }

    private void add(Track track, Mark mark, Held held) {
        if (mark.seq() < held.head() && held.tailFrom() > mark.seq() + 1) {
            begin(track, memory.read(track.key, mark.seq(), READ_BYTES), outcome -> {
                if (outcome instanceof Outcome.Done<List<EventBatch>>(List<EventBatch> batches)) {
                    add(track, mark, held, Stretches.until(held.head(), batches));
                } else {
                    track.notBefore = desk.millis() + FIRST_PAUSE_MILLIS;
                }
            });
        } else {
            add(track, mark, held, Stretches.until(held.head(), Stretches.behind(mark.seq(), held.tail())));
        }
    }

    private void add(Track track, Mark mark, Held held, List<EventBatch> batches) {
        State state = held.snapshot().state();
        List<LogRecord> records = Stretches.records(mark.chain(), state.lineage(), batches, RECORDS);
        boolean whole = records.isEmpty() || records.getLast().to() == held.head();
        Stretches.collectUsers(batches, track.users);
        // On the way to the head there is no state to go with the log: whoever finds it so replays it from the start.
        Snapshot snapshot = whole
                ? held.snapshot()
                : new Snapshot(state.atStart(), 0, held.snapshot().blobs());
        Write write = new Write(
                track.key, holder(track), mark, records, ArchiveCodec.snapshot(snapshot), settings.mode() == Mode.SYNC);
        long now = desk.millis();
        CompletionStage<Verdict> written = blobs(track, held.snapshot())
                .thenCompose(stored -> index.schedule(track, state))
                .thenCompose(scheduled -> carrier.list(track))
                .thenCompose(listed -> archive.write(write));
        begin(track, written, verdict -> {
            if (verdict instanceof Verdict.Written) {
                track.added(records);
                count(mark, records);
                track.archived = whole ? state : null;
                track.dirtySince = now;
            }
            judged(track, verdict);
            if (whole && verdict instanceof Verdict.Written) {
                index.list(track, state, false);
            }
        });
    }

    private void count(Mark before, List<LogRecord> records) {
        figures.writes.increment();
        if (!records.isEmpty()) {
            figures.events.add(records.getLast().to() - before.seq());
            figures.bytes.add(Track.size(records));
        }
    }

    private void judged(Track track, Verdict verdict) {
        switch (verdict) {
            case Verdict.Written(Mark mark) -> {
                track.mark = Optional.of(mark);
                track.hold = mark.hold();
                track.reached(mark.seq());
                track.notBefore = track.waiting.isEmpty()
                        ? desk.millis() + settings.pause().toMillis()
                        : 0;
                if (!track.waiting.isEmpty()) {
                    hurry(track);
                }
            }
            case Verdict.Elsewhere(Mark mark) -> {
                track.archived = null;
                learned(track, mark);
                retry(track);
            }
            case Verdict.Fenced(Mark mark) -> {
                track.forget();
                if (mark.term() > memory.term()) {
                    About.of(track.key)
                            .warn(LOG)
                            .log("session is archived by those who were told that this side is gone");
                    track.refuse(away("another side of the cluster archives the session"));
                }
                retry(track);
            }
            case Verdict.Gone() -> {
                About.of(track.key).warn(LOG).log("session was deleted in the archive, and leaves the memory");
                abandon(track);
            }
        }
    }

    /** Not at once each time, lest two of them chase each other. */
    private void retry(Track track) {
        track.failures++;
        track.notBefore = desk.millis() + (track.failures > 2 ? pause(track.failures) : 0);
        dirty(track);
    }

    private Holder holder(Track track) {
        return new Holder(settings.cluster(), track.hold, memory.term());
    }

    /** Payloads lie in the archive before an event refers to them. */
    private CompletionStage<?> blobs(Track track, Snapshot snapshot) {
        List<CompletableFuture<?>> stored = new ArrayList<>();
        snapshot.blobs().stream()
                .filter(blob -> !track.blobs.contains(blob.hash()))
                .forEach(blob -> stored.add(memory.blob(track.key, blob.hash())
                        .thenCompose(outcome -> switch (outcome) {
                            case Outcome.Done<byte[]>(byte[] utf8) ->
                                archive.putBlob(track.key, blob.hash(), utf8)
                                        .thenRun(() -> desk.run(() -> track.blobs.add(blob.hash())));
                            // Announced and never stored, as its command was refused: no event refers to it.
                            case Outcome.Refused<byte[]> refused
                            when refused.code() == ErrorCode.BLOB_NOT_FOUND -> CompletableFuture.completedStage(null);
                            case Outcome.Refused<byte[]> refused ->
                                CompletableFuture.<Void>failedStage(
                                        new ArchiveException(ArchiveException.Kind.AWAY, refused.message()));
                        })
                        .toCompletableFuture()));
        return CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new));
    }

    static Outcome.Refused<Boolean> away(String message) {
        return new Outcome.Refused<>(ErrorCode.UNAVAILABLE, message, Map.of());
    }
}
