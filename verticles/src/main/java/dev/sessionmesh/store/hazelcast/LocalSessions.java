package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Turn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records this member holds, as primary or backup, readable without asking the partition thread: processors put here, by
 * reference, what they put into the map. It is what makes a takeover quick (the new primary knows its active turns at once) and a
 * comparison of heads cheap. It may be late or hold a record of a partition that has moved away: whoever acts on it does so through
 * a processor, which sees the truth.
 */
public final class LocalSessions {
    private final ConcurrentHashMap<String, SessionRecord> records = new ConcurrentHashMap<>();
    private final Set<String> active = ConcurrentHashMap.newKeySet();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final Set<String> graves = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, Slot.Deleted> buried = new ConcurrentHashMap<>();
    /** Of sessions whose last append is not known to be durable yet: what they were before it. */
    private final ConcurrentHashMap<String, SessionRecord> settled = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<String, SessionRecord> unclaimed = new ConcurrentHashMap<>();
    /** Sessions that are on their way to another cluster, and not served. */
    private final ConcurrentHashMap<String, SessionRecord> heldStill = new ConcurrentHashMap<>();

    private volatile boolean archived;
    private volatile Consumer<String> archivist = key -> {};
    private volatile BooleanSupplier behind = () -> false;
    private volatile Predicate<String> mourned = key -> false;
    private volatile Consumer<String> listener = key -> {};
    private volatile Consumer<String> approvals = key -> {};
    private volatile Consumer<String> watcher = key -> {};

    /** Told, on a partition thread, which session changed in a way that may need somebody: be quick. */
    public void onChange(Consumer<String> changed) {
        listener = changed;
    }

    /** Told, on a partition thread, of every session that changed at all or is gone: be quicker. */
    void onAnyChange(Consumer<String> changed) {
        watcher = changed;
    }

    /**
     * From now on sessions are archived.
     *
     * @param changed told, on a partition thread, of every session that changed in any way or came here unclaimed: be quicker
     * @param tooFarBehind whether the archive misses so much that no new turns are taken
     */
    void onArchive(Consumer<String> changed, BooleanSupplier tooFarBehind) {
        archivist = changed;
        behind = tooFarBehind;
        archived = true;
    }

    /** Whether there is an archive, which may know more of a session than another side of a split. */
    boolean isArchived() {
        return archived;
    }

    /** Whether the archive misses so much that no new turns are taken. */
    boolean isArchiveBehind() {
        return behind.getAsBoolean();
    }

    /** The session as it is known to be on every copy; empty while nothing of it is, or what is has been lost sight of. */
    Optional<SessionRecord> durable(String key) {
        @Nullable SessionRecord record = records.get(key);
        if (record == null || record.durableSeq() == record.head()) {
            return Optional.ofNullable(record);
        }
        return Optional.ofNullable(settled.get(key));
    }

    /** A session that is here and not served. */
    void waking(String key, Slot.Waking waking) {
        remove(key);
        if (waking.hold() == Slot.Waking.UNCLAIMED) {
            unclaimed(key, waking.session());
        } else if (waking.hold() == Slot.Waking.HANDED_OVER) {
            holdStill(key, waking.session());
        }
    }

    /** A record that another side of a split had, of a session that this one did not know. */
    void unclaimed(String key, SessionRecord record) {
        unclaimed.put(key, record);
        archivist.accept(key);
    }

    /** Is not served any more, and on its way to another cluster. */
    void holdStill(String key, SessionRecord record) {
        heldStill.put(key, record);
        archivist.accept(key);
    }

    Optional<SessionRecord> heldStill(String key) {
        return Optional.ofNullable(heldStill.get(key));
    }

    Set<String> heldStill() {
        return heldStill.keySet();
    }

    Optional<SessionRecord> unclaimed(String key) {
        return Optional.ofNullable(unclaimed.get(key));
    }

    /** Those held here, in no order. */
    Set<String> keys() {
        return records.keySet();
    }

    /** Deleted sessions whose deletion somebody is still to be told of. */
    Map<String, Slot.Deleted> buried() {
        return buried;
    }

    /** Asked, on a partition thread, whether somebody is to be told of a session's deletion: be quick. */
    void onDelete(Predicate<String> wanted) {
        mourned = wanted;
    }

    boolean isMourned(String key) {
        return mourned.test(key);
    }

    /** Keys ({@code tenant/id}) of sessions with an active turn or a tail that wants sealing. */
    public Set<String> active() {
        return active;
    }

    /** Keys of sessions in which something waits for approval. */
    public Set<String> waiting() {
        return waiting;
    }

    /** Told, on a partition thread, which session's approvals may have changed: be quick. */
    public void onApprovals(Consumer<String> changed) {
        approvals = changed;
    }

    Optional<SessionRecord> get(String key) {
        return Optional.ofNullable(records.get(key));
    }

    /** Whether it was noticed here that there is or was such a session. */
    boolean knows(String key) {
        return records.containsKey(key) || graves.contains(key);
    }

    /** Whether it was noticed here that there was such a session. */
    boolean isBuried(String key) {
        return graves.contains(key);
    }

    int size() {
        return records.size();
    }

    void put(String key, SessionRecord record, boolean fat) {
        @Nullable SessionRecord before = records.put(key, record);
        if (archived) {
            settle(key, before, record);
        }
        Optional<Turn> turn = record.state().current();
        if (turn.isPresent() || fat) {
            active.add(key);
        } else {
            active.remove(key);
        }
        lookForApprovals(key, before, record);
        if (fat || (before == null ? turn.isPresent() : !same(before, turn))) {
            listener.accept(key);
        }
        if (before == null || before.head() != record.head()) {
            watcher.accept(key);
        }
    }

    private void settle(String key, @Nullable SessionRecord before, SessionRecord record) {
        if (record.durableSeq() == record.head()) {
            settled.remove(key);
        } else if (before != null && before.head() == record.durableSeq()) {
            settled.put(key, before);
        }
        unclaimed.remove(key);
        heldStill.remove(key);
        archivist.accept(key);
    }

    /** What a processor saw that changed nothing: corrects whatever was missed while the partition moved. */
    @SuppressWarnings("ReferenceEquality") // the map's very object, or one that was missed
    void seen(String key, SessionRecord record, boolean fat) {
        if (records.get(key) != record) {
            put(key, record, fat);
        }
    }

    /** There is no such session. */
    void remove(String key) {
        if (drop(key)) {
            watcher.accept(key);
        }
    }

    /** There was such a session. */
    void bury(String key, Slot.Deleted tombstone) {
        boolean known = drop(key);
        graves.add(key);
        boolean changed = tombstone.told() ? buried.remove(key) != null : buried.put(key, tombstone) == null;
        if (known || changed) {
            watcher.accept(key);
        }
    }

    private boolean drop(String key) {
        boolean known = records.remove(key) != null;
        settled.remove(key);
        unclaimed.remove(key);
        heldStill.remove(key);
        active.remove(key);
        if (waiting.remove(key)) {
            approvals.accept(key);
        }
        return known;
    }

    /** Most changes leave the calls alone, and so the very list of them. */
    @SuppressWarnings("ReferenceEquality")
    private void lookForApprovals(String key, @Nullable SessionRecord before, SessionRecord record) {
        List<ToolCall> calls = record.state().calls();
        if (before != null && before.state().calls() == calls) {
            return;
        }
        boolean waits = calls.stream().anyMatch(call -> call.approval().isPresent());
        boolean changed = waits ? waiting.add(key) || before != null : waiting.remove(key);
        if (changed) {
            approvals.accept(key);
        }
    }

    private static boolean same(SessionRecord before, Optional<Turn> turn) {
        Optional<Turn> old = before.state().current();
        return old.map(Turn::id).equals(turn.map(Turn::id))
                && old.map(Turn::runEpoch).equals(turn.map(Turn::runEpoch));
    }
}
