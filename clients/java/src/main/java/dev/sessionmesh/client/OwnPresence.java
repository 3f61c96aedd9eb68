package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tab says of itself. It is sent at a pace that servers take, what changed meanwhile in one frame, and told anew to whatever node
 * the tab attaches to. Frames carry no id: nobody waits for an answer, and a refusal is a frame like any other.
 */
final class OwnPresence {
    /** Sayings of one tab, at most one in this time: a tenth of what a server lets through. */
    private static final long PACE_MS = 250;
    /** Typing is said again this often while it goes on: well within the server's 6 s. */
    private static final long TYPING_AGAIN_MS = 3_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final String session;
    private boolean watch;
    private String focus = "";
    private String status = "";
    private boolean typing;
    private long typedAtMs;
    private long typingSaidAtMs;
    private long read;

    private JsonObject unsaid = new JsonObject();
    private boolean unread;
    private long notBeforeMs;

    OwnPresence(String session) {
        this.session = session;
    }

    void watch(boolean wanted) {
        watch = wanted;
        unsaid.put("watch", wanted);
    }

    void focus(String text) {
        focus = text;
        unsaid.put("focus", text);
    }

    void status(String text) {
        status = text;
        unsaid.put("status", text);
    }

    void typing(boolean now, long nowMs) {
        boolean again = now && nowMs - typingSaidAtMs >= TYPING_AGAIN_MS;
        typedAtMs = nowMs;
        if (now != typing || again) {
            typing = now;
            typingSaidAtMs = nowMs;
            unsaid.put("typing", now);
        }
    }

    /** It never goes back. */
    void read(long seq) {
        if (seq > read) {
            read = seq;
            unread = true;
        }
    }

    /**
     * The tab follows over another attachment, which knows nothing of it yet.
     *
     * @param last the last seq that the tab knows of the log; what was read of another log counts no more
     */
    void attached(long last, long nowMs) {
        read = Math.min(read, last);
        unread = read > 0;
        typing &= nowMs - typedAtMs < TYPING_AGAIN_MS;
        unsaid = new JsonObject();
        if (watch) {
            unsaid.put("watch", true);
        }
        if (typing) {
            unsaid.put("typing", true);
        }
        if (!focus.isEmpty()) {
            unsaid.put("focus", focus);
        }
        if (!status.isEmpty()) {
            unsaid.put("status", status);
        }
        notBeforeMs = nowMs;
    }

    /** The frames to send now. */
    List<JsonObject> due(long nowMs) {
        if (nowMs < wakeAtMs()) {
            return List.of();
        }
        List<JsonObject> frames = new ArrayList<>();
        if (!unsaid.isEmpty()) {
            frames.add(unsaid.put("type", "presence").put("session", session));
        }
        if (unread) {
            frames.add(
                    new JsonObject().put("type", "read").put("session", session).put("seq", read));
        }
        unsaid = new JsonObject();
        unread = false;
        notBeforeMs = nowMs + PACE_MS;
        return frames;
    }

    /** When something is to be sent; it counts only while there is a way. */
    long wakeAtMs() {
        return unsaid.isEmpty() && !unread ? NEVER : notBeforeMs;
    }
}
