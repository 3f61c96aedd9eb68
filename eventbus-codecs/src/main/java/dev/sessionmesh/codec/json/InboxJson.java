package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.session.PendingApproval;
import java.util.List;

/** What waits for somebody's decision, across sessions. */
public final class InboxJson {
    /** @param arguments an empty payload when they could not be read */
    public record Entry(PendingApproval pending, Payload arguments) {}

    private InboxJson() {}

    /** @param more how many beyond these there are */
    public static byte[] document(List<Entry> entries, int more) {
        JsonSink out = new JsonSink(256 + 512 * entries.size()).object();
        entries(out, "approvals", entries);
        return more(out, more).endObject().toBytes();
    }

    /** The first frame of a stream: all there is. */
    public static byte[] full(List<Entry> entries, int more) {
        JsonSink out = new JsonSink(256 + 512 * entries.size())
                .object()
                .field("type", "inbox")
                .field("full", true);
        entries(out, "approvals", entries);
        return more(out, more).endObject().toBytes();
    }

    /** What changed: those that are new or other than before, and those that wait no more. */
    public static byte[] change(List<Entry> changed, List<PendingApproval> gone, int more) {
        JsonSink out = new JsonSink(256 + 512 * changed.size()).object().field("type", "inbox");
        entries(out, "approvals", changed);
        out.name("gone").array();
        gone.forEach(one -> out.object()
                .field("session", one.key().id())
                .field("callId", one.call().id())
                .endObject());
        return more(out.endArray(), more).endObject().toBytes();
    }

    private static void entries(JsonSink out, String name, List<Entry> entries) {
        out.name(name).array();
        entries.forEach(entry -> write(out, entry));
        out.endArray();
    }

    private static void write(JsonSink out, Entry entry) {
        PendingApproval one = entry.pending();
        out.object().field("session", one.key().id()).field("turn", one.call().turn());
        out.field("callId", one.call().id()).field("name", one.call().name());
        CallJson.arguments(out.name("arguments"), entry.arguments());
        ApprovalJson.pending(out, one.approval());
        out.field("at", EventJson.time(one.approval().requestedAt()));
        out.field("deadline", EventJson.time(one.call().deadline())).endObject();
    }

    private static JsonSink more(JsonSink out, int more) {
        if (more > 0) {
            out.field("more", more);
        }
        return out;
    }
}
