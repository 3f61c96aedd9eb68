package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The approvals that wait for the caller's decision, in any session of his tenant.
 *
 * @param waiting oldest first; at most 200
 * @param more how many wait beyond these
 */
public record Inbox(List<Entry> waiting, int more) {

    /** Nothing waits. */
    public static final Inbox EMPTY = new Inbox(List.of(), 0);

    public Inbox {
        waiting = List.copyOf(waiting);
    }

    /**
     * One of them.
     *
     * @param at when it was asked for, RFC 3339
     */
    public record Entry(String session, String at, PendingApproval approval) {}

    private record Key(String session, String callId) {
        static Key of(Entry entry) {
            return new Key(entry.session(), entry.approval().callId());
        }

        static Key of(JsonObject json) {
            return new Key(FrameReader.text(json, "session"), FrameReader.text(json, "callId"));
        }
    }

    static Inbox of(JsonObject json) {
        return new Inbox(entries(json), json.getInteger("more", 0));
    }

    /** The inbox after an {@code inbox} event of its stream: all there is, or what is new, changed and gone. */
    Inbox after(JsonObject event) {
        if (FrameReader.flag(event, "full")) {
            return of(event);
        }
        List<Entry> changed = entries(event);
        Set<Key> gone = new HashSet<>();
        HttpCalls.objects(event, "gone").forEach(json -> gone.add(Key.of(json)));
        changed.forEach(entry -> gone.add(Key.of(entry)));
        List<Entry> now = new ArrayList<>(waiting);
        now.removeIf(entry -> gone.contains(Key.of(entry)));
        now.addAll(changed);
        now.sort(Comparator.comparing(Entry::at));
        return new Inbox(now, event.getInteger("more", 0));
    }

    private static List<Entry> entries(JsonObject json) {
        return HttpCalls.objects(json, "approvals").stream().map(Inbox::entry).toList();
    }

    private static Entry entry(JsonObject json) {
        return new Entry(FrameReader.text(json, "session"), json.getString("at", ""), PendingApproval.row(json));
    }
}
