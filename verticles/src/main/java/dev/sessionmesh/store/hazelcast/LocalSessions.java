package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Turn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    int size() {
        return records.size();
    }

    void put(String key, SessionRecord record, boolean fat) {
        @Nullable SessionRecord before = records.put(key, record);
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
