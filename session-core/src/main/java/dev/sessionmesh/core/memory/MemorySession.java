package dev.sessionmesh.core.memory;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.port.SessionStore.Attached;
import dev.sessionmesh.core.port.SessionStore.Created;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Decision;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.LongPayloads;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** One session and its lock: state, log and subscribers change together, so everything seen in one call is of one instant. */
final class MemorySession {
    private final Session machine;
    private final Limits limits;
    private final long mostBytes;
    private final List<EventBatch> log = new ArrayList<>();
    private final Map<String, Long> subscribers = new TreeMap<>();
    private final Map<String, byte[]> blobs = new HashMap<>();
    private long bytes;
    /** Empty once the session is deleted: a tombstone. */
    private Optional<State> state;

    MemorySession(Session machine, Limits limits, State state) {
        this.machine = machine;
        this.limits = limits;
        this.mostBytes = (long) limits.tailSoftBytes() * limits.chunksPerSession();
        this.state = Optional.of(state);
    }

    /** Before anybody sees it. */
    synchronized void fill(List<EventBatch> batches, Map<String, byte[]> payloads) {
        log.addAll(batches);
        batches.forEach(batch -> bytes += Weight.of(batch));
        blobs.putAll(payloads);
    }

    synchronized boolean deleted() {
        return state.isEmpty();
    }

    synchronized Outcome<Created> created(Profile profile) {
        return alive(now -> now.profile().equals(profile)
                ? Outcome.done(new Created(now, false))
                : Outcome.refused(ErrorCode.SESSION_CONFLICT, "a session of this id has another profile"));
    }

    synchronized Outcome<State> view() {
        return alive(Outcome::done);
    }

    synchronized Outcome<Appended> submit(Envelope envelope) {
        return alive(now -> switch (LongPayloads.takenFrom(envelope, limits)) {
            case Outcome.Refused<LongPayloads> refused -> refused.as();
            case Outcome.Done<LongPayloads>(LongPayloads taken) -> submit(now, taken);
        });
    }

    private Outcome<Appended> submit(State now, LongPayloads taken) {
        return switch (machine.decide(now, taken.envelope())) {
            case Decision.Refused(ErrorCode code, String message, Map<String, String> details) ->
                new Outcome.Refused<>(code, message, details);
            case Decision.Duplicate(long from, long to) -> Outcome.done(repeated(now, from, to));
            case Decision.Accepted(List<Event> events)
            when keep(taken.blobs()) -> append(now, taken.envelope(), events);
            case Decision.Accepted accepted ->
                Outcome.refused(
                        ErrorCode.SESSION_FULL, "the session's blobs take " + limits.blobBytesPerSession() + " bytes");
        };
    }

    /** False when there is no room for them. */
    private boolean keep(Map<Payload.Blob, byte[]> more) {
        if (more.isEmpty()) {
            return true;
        }
        Map<String, byte[]> all = new HashMap<>(blobs);
        more.forEach((blob, utf8) -> all.put(blob.hash(), utf8));
        if (all.values().stream().mapToLong(utf8 -> utf8.length).sum() > limits.blobBytesPerSession()) {
            return false;
        }
        blobs.putAll(all);
        return true;
    }

    synchronized Outcome<byte[]> blob(String hash) {
        return alive(now -> Optional.ofNullable(blobs.get(hash))
                .map(byte[]::clone)
                .map(Outcome::done)
                .orElseGet(() -> Outcome.refused(ErrorCode.BLOB_NOT_FOUND, "the session has no such blob")));
    }

    synchronized Outcome<Slice> read(long after, int maxBytes) {
        return alive(now -> {
            List<EventBatch> batches = new ArrayList<>();
            long size = 0;
            for (int i = firstBehind(after); i < log.size() && size < maxBytes; i++) {
                EventBatch batch = log.get(i).after(after);
                size += Weight.of(batch);
                if (batches.isEmpty() || size <= maxBytes) {
                    batches.add(batch);
                }
            }
            return Outcome.done(new Slice(batches, now.head()));
        });
    }

    synchronized Outcome<Attached> attach(Subscriber subscriber) {
        return alive(now -> {
            subscribers.merge(subscriber.node(), subscriber.generation(), Math::max);
            return Outcome.done(new Attached(now));
        });
    }

    synchronized Outcome<Boolean> detach(Subscriber subscriber) {
        return alive(now -> Outcome.done(subscribers.remove(subscriber.node(), subscriber.generation())));
    }

    synchronized Outcome<Boolean> delete() {
        return alive(now -> {
            state = Optional.empty();
            log.clear();
            blobs.clear();
            subscribers.clear();
            return Outcome.done(true);
        });
    }

    private Outcome<Appended> append(State before, Envelope envelope, List<Event> events) {
        Change change = Change.of(before, envelope, events);
        EventBatch batch = new EventBatch(before.head() + 1, change.at(), events);
        if (bytes >= mostBytes && grows(envelope.command())) {
            return Outcome.refused(ErrorCode.SESSION_FULL, "the session holds " + mostBytes + " bytes");
        }
        state = Optional.of(machine.apply(before, change));
        if (events.isEmpty()) {
            return Outcome.done(new Appended(0, 0, batch, false, false, subscribers()));
        }
        log.add(batch);
        bytes += Weight.of(batch);
        return Outcome.done(new Appended(batch.from(), batch.to(), batch, false, false, subscribers()));
    }

    private Appended repeated(State now, long from, long to) {
        boolean known = from > 0 && to >= from;
        EventBatch batch =
                known ? log.get(firstBehind(from - 1)) : new EventBatch(now.head() + 1, now.lastAt(), List.of());
        return new Appended(known ? from : 0, known ? to : 0, batch, true, false, subscribers());
    }

    /** A full session takes nothing new, but what goes on in it can still be decided, cancelled and expired. */
    private static boolean grows(Command command) {
        return command instanceof Command.Input
                || command instanceof Command.Redo
                || command instanceof Command.Produce;
    }

    private List<Subscriber> subscribers() {
        return subscribers.entrySet().stream()
                .map(entry -> new Subscriber(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** The index of the first batch that holds something behind {@code after}. */
    private int firstBehind(long after) {
        int low = 0;
        int high = log.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (log.get(middle).to() <= after) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private <T> Outcome<T> alive(Function<State, Outcome<T>> work) {
        return state.map(work).orElseGet(() -> Outcome.refused(ErrorCode.SESSION_DELETED, "the session was deleted"));
    }
}
