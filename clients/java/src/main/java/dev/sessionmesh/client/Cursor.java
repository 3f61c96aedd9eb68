package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * How far a tab has come in the log. A snapshot counts only once its last message has arrived: a connection lost halfway
 * through asks for it again instead of resuming behind it.
 */
final class Cursor {

    private Position position;
    private String client = "";
    /** A client id that the session does not know any more; an attach that was on its way already may bring it back. */
    private String forgotten = "";

    /** What is known here does not do: the next attach asks for a snapshot. */
    private boolean fresh;

    private Position.After arriving = new Position.After(0, Optional.empty());

    Cursor(Position from) {
        this.position = from;
    }

    Position position() {
        return position;
    }

    JsonObject attachFrame(String session) {
        JsonObject frame = new JsonObject().put("type", "attach").put("session", session);
        if (!fresh && position instanceof Position.After(long after, Optional<String> pos)) {
            frame.put("after", after);
            pos.ifPresent(p -> frame.put("pos", p));
        }
        if (!client.isEmpty()) {
            frame.put("client", client);
        }
        return frame;
    }

    /** Takes the answer to an attach; returns how many snapshot messages follow. */
    int attached(Frame.Attached attached) {
        client = attached.client().equals(forgotten) ? "" : attached.client();
        if (attached.snapshot().isPresent()) {
            Frame.Snapshot snapshot = attached.snapshot().get();
            arriving = new Position.After(snapshot.seq(), Optional.of(attached.pos()));
            if (snapshot.messages() == 0) {
                snapshotComplete();
            }
            return snapshot.messages();
        }
        position = new Position.After(last(), Optional.of(attached.pos()));
        return 0;
    }

    /** A snapshot is wanted in place of what was seen. */
    void refresh() {
        fresh = true;
    }

    /** Whether one is, and has not arrived. */
    boolean stale() {
        return fresh;
    }

    /** The session has forgotten the client that gave this command id: the next attach asks for another one. */
    void forgetClient(String commandId) {
        if (!client.isEmpty() && commandId.startsWith(client + ":")) {
            forgotten = client;
            client = "";
        }
    }

    boolean clientForgotten() {
        return client.isEmpty() && !forgotten.isEmpty();
    }

    void snapshotComplete() {
        fresh = false;
        position = arriving;
    }

    /** Advances over a logged frame, or says why it doesn't continue the log. */
    Optional<String> advance(Frame.Logged frame) {
        long expected = last() + 1;
        if (frame.from() != expected) {
            String kind = frame.from() > expected ? "gap" : "duplicate";
            return Optional.of(kind + ": expected seq " + expected + ", got " + frame.from() + " to " + frame.seq());
        }
        if (position instanceof Position.After(long after, Optional<String> pos)) {
            Optional<String> now = frame instanceof Frame.History history ? Optional.of(history.pos()) : pos;
            position = new Position.After(after + frame.seq() - frame.from() + 1, now);
        }
        return Optional.empty();
    }

    /** The last seq seen; 0 before the first. */
    long last() {
        return position instanceof Position.After(long after, Optional<String> pos) ? after : 0;
    }
}
