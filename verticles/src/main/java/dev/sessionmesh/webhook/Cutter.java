package dev.sessionmesh.webhook;

import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.codec.json.LifeJson;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.core.session.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what the next request of a webhook holds out of a session's log. Tokens are never among it: a back end that wants them as they are written
 * follows the session. A plan that was made before is cut again exactly, whatever the bounds are by now.
 */
final class Cutter {
    private static final byte[] BEGIN = "{\"type\":\"".getBytes(StandardCharsets.US_ASCII);

    /** @param at when it was accepted, in epoch milliseconds */
    record Item(long seq, long at, String type, byte[] frame) {}

    private final SessionKey key;
    private final Endpoint endpoint;
    private final Cursor cursor;
    private final WebhookLimits limits;
    private final List<Item> items = new ArrayList<>();
    private long scanned;
    private int bytes;
    private boolean done;
    private boolean begun;

    /** @param from the log is known to hold nothing for the webhook between its cursor and this seq */
    Cutter(SessionKey key, Endpoint endpoint, Cursor cursor, long from, WebhookLimits limits) {
        this.key = key;
        this.endpoint = endpoint;
        this.cursor = cursor;
        this.limits = limits;
        long start = cursor.isPlanned() ? cursor.delivered() : Math.max(from, cursor.delivered());
        this.begun = start > Cursor.NOTHING;
        this.scanned = Math.max(0, start);
    }

    /** The last seq that was looked at. */
    long scanned() {
        return scanned;
    }

    List<Item> items() {
        return items;
    }

    /** Whether the request is complete, or the log is read to its end. */
    boolean isDone() {
        return done;
    }

    /** Whether it is to {@link #begin}. */
    boolean beginsWithCreation() {
        return !begun;
    }

    /** What comes first. */
    void begin(OwnedHeads.Head head) {
        begun = true;
        if (endpoint.wantsType(LifeJson.CREATED) && (cursor.replay() > 0 || head.createdAt() >= endpoint.since())) {
            byte[] frame = LifeJson.created(key, head.profile(), head.createdAt());
            items.add(new Item(0, head.createdAt(), LifeJson.CREATED, frame));
            bytes += frame.length;
        }
        done = isComplete();
    }

    void take(Slice slice) {
        for (EventBatch batch : done ? List.<EventBatch>of() : slice.batches()) {
            EventBatch part = batch.after(scanned);
            // It may begin before, with tokens that were folded.
            scanned = Math.min(scanned, part.from() - 1);
            for (Event event : part.events()) {
                if (!done) {
                    take(event, part.at());
                }
            }
        }
        done |= slice.batches().isEmpty() || scanned >= slice.head();
    }

    private void take(Event event, long at) {
        if (isFor(event, at)) {
            byte[] frame = EventJson.frame(key, scanned + 1, at, event);
            String type = typeOf(frame);
            if (endpoint.wantsType(type)) {
                if (!cursor.isPlanned() && !items.isEmpty() && bytes + frame.length > limits.bodyBytes()) {
                    done = true;
                    return;
                }
                items.add(new Item(scanned + 1, at, type, frame));
                bytes += frame.length;
            }
        }
        scanned += event.span();
        done = isComplete();
    }

    private boolean isComplete() {
        return cursor.isPlanned() ? scanned >= cursor.planned() : items.size() >= limits.eventsPerPost();
    }

    /** What happened before the webhook was made comes only to those who ask for it. */
    private boolean isFor(Event event, long at) {
        return !(event instanceof Event.Tokens) && (cursor.replay() > 0 || at >= endpoint.since());
    }

    /** Every frame begins with its type. */
    static String typeOf(byte[] frame) {
        int end = BEGIN.length;
        while (end < frame.length && frame[end] != '"') {
            end++;
        }
        return new String(frame, BEGIN.length, end - BEGIN.length, StandardCharsets.US_ASCII);
    }
}
