package dev.sessionmesh.custody;

import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.ArchiveCodec.Snapshot;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an exported session, and believes nothing that can be found out: the hash over all lines, that the log has no hole, that each payload is what its
 * name says, and that what the log leads to is what the snapshot says. What the session is follows from its log; of the snapshot only the profile, the
 * beginning and the commands that were executed are taken.
 */
final class ImportReader {
    /** A payload of a megabyte, and more than any batch takes. */
    private static final int LINE_BYTES_MOST = 8 << 20;

    /** Why a file is not taken. */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1;

        Unfit(String message) {
            super(message, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** @param blobs in UTF-8, by their hashes */
    record Brought(Snapshot snapshot, List<EventBatch> log, Map<String, byte[]> blobs) {}

    private final Session machine;
    private final MessageDigest hash = ExportLines.sha256();
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private final List<EventBatch> log = new ArrayList<>();
    private final Map<String, byte[]> blobs = new HashMap<>();
    private @Nullable String session;
    private @Nullable Snapshot snapshot;
    private long head;
    private long next = 1;
    private long lines;
    private boolean ended;

    ImportReader(Session machine) {
        this.machine = machine;
    }

    /** @param some of the file, wherever it was cut */
    void feed(byte[] some) throws Unfit {
        int from = 0;
        for (int i = 0; i < some.length; i++) {
            if (some[i] == '\n') {
                begun.write(some, from, i + 1 - from);
                from = i + 1;
                byte[] line = begun.toByteArray();
                begun.reset();
                line(line);
            }
        }
        begun.write(some, from, some.length - from);
        if (begun.size() > LINE_BYTES_MOST) {
            throw new Unfit("line " + (lines + 1) + " is too long");
        }
    }

    /** After all of it was fed. */
    void finish() throws Unfit {
        if (!ended || begun.size() > 0) {
            throw new Unfit("the file has no end: it was cut");
        }
    }

    private void line(byte[] line) throws Unfit {
        if (ended) {
            throw new Unfit("something follows the end");
        }
        JsonObject json;
        try {
            json = new JsonObject(Buffer.buffer(line));
            switch (json.getString("type", "")) {
                case "head" -> head(json);
                case "batch" -> batch(json);
                case "blob" -> blob(json);
                case "snapshot" -> snapshot(json);
                case "end" -> end(json);
                default -> throw new Unfit("line " + (lines + 1) + " is of no known type");
            }
        } catch (RuntimeException unreadable) {
            throw new Unfit("line " + (lines + 1) + " can't be read");
        }
        hash.update(line);
        lines++;
    }

    private void head(JsonObject json) throws Unfit {
        if (lines > 0) {
            throw new Unfit("a second head");
        }
        if (!ExportLines.FORMAT.equals(json.getString("format"))) {
            throw new Unfit("it is no exported session");
        }
        if (json.getInteger("version", 0) != ExportLines.VERSION) {
            throw new Unfit("the file is of another version than " + ExportLines.VERSION);
        }
        session = json.getString("session");
        head = json.getLong("head");
    }

    private void batch(JsonObject json) throws Unfit {
        inOrder(snapshot == null && blobs.isEmpty());
        EventBatch batch = BatchCodec.decode(bytes(json));
        if (batch.events().isEmpty() || batch.from() != next) {
            throw new Unfit("the log goes on at " + batch.from() + " instead of " + next);
        }
        next = batch.to() + 1;
        log.add(batch);
    }

    private void blob(JsonObject json) throws Unfit {
        inOrder(snapshot == null);
        byte[] utf8 = bytes(json);
        String name = json.getString("hash");
        if (!Payload.Blob.of(utf8).hash().equals(name)) {
            throw new Unfit("a payload is not what its name says");
        }
        blobs.put(name, utf8);
    }

    private void snapshot(JsonObject json) throws Unfit {
        inOrder(snapshot == null);
        snapshot = ArchiveCodec.snapshot(bytes(json));
    }

    private void end(JsonObject json) throws Unfit {
        inOrder(snapshot != null);
        boolean whole = json.getLong("lines") == lines
                && HexFormat.of().formatHex(hash.digest()).equals(json.getString("sha256"));
        if (!whole) {
            throw new Unfit("the hash over the lines is another one");
        }
        ended = true;
    }

    private void inOrder(boolean fits) throws Unfit {
        if (session == null || !fits) {
            throw new Unfit("line " + (lines + 1) + " does not belong there");
        }
    }

    private static byte[] bytes(JsonObject json) {
        return Base64.getDecoder().decode(json.getString("bytes"));
    }

    /** The name that the session had. */
    String session() {
        return String.valueOf(session);
    }

    /**
     * The session under another name or the same, with another history at its end: nobody takes it for the one that it was made from.
     *
     * @param history what that history is called
     * @param at when it begins, in epoch milliseconds
     */
    Brought as(SessionKey key, long history, long at) throws Unfit {
        Snapshot said = snapshot;
        if (said == null) {
            throw new Unfit("there is no snapshot");
        }
        State then = said.state();
        if (head != next - 1 || then.head() != head) {
            throw new Unfit(
                    "the log ends at " + (next - 1) + ", the snapshot is of " + then.head() + ", the head of " + head);
        }
        if (then.profile().ephemeral()) {
            throw new Unfit("the session was to be kept nowhere");
        }
        Set<Payload.Blob> referred = new LinkedHashSet<>();
        log.forEach(batch -> Payloads.collect(batch, referred));
        for (Payload.Blob blob : referred) {
            byte[] utf8 = blobs.get(blob.hash());
            if (utf8 == null || utf8.length != blob.bytes()) {
                throw new Unfit("a payload is missing that the log refers to");
            }
        }
        if (referred.size() != blobs.size()) {
            throw new Unfit("there are payloads that the log does not refer to");
        }
        EventBatch fork = new EventBatch(head + 1, Math.max(then.lastAt(), at), List.of(new Event.Forked(history)));
        State now = machine.replay(replayed(key, then), fork).withLedger(then.ledger());
        log.add(fork);
        long running = 0;
        for (EventBatch batch : log) {
            running = RunningHash.extend(running, BatchCodec.encode(batch));
        }
        return new Brought(new Snapshot(now, running, List.copyOf(referred)), List.copyOf(log), Map.copyOf(blobs));
    }

    private State replayed(SessionKey key, State then) throws Unfit {
        State state = State.create(key, then.profile(), then.lineage().at(0), then.createdAt());
        try {
            for (EventBatch batch : log) {
                state = machine.replay(state, batch);
            }
        } catch (RuntimeException impossible) {
            throw new Unfit("the log is none that a session can have");
        }
        boolean same = state.head() == then.head()
                && state.lineage().equals(then.lineage())
                && state.counters().equals(then.counters())
                && state.audit().equals(then.audit());
        if (!same) {
            throw new Unfit("the snapshot is not what the log leads to");
        }
        return state;
    }
}
