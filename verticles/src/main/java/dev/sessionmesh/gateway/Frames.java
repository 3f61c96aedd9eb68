package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.routing.Delivery;
import java.util.ArrayList;
import java.util.List;

/** A batch as the frames that clients see; made once per node, whoever needs it first. */
record Frames(List<WireFrame> frames) {
    static Frames of(Delivery delivery) {
        return delivery.encoded(Frames.class, Frames::encode);
    }

    private static Frames encode(Delivery delivery) {
        List<WireFrame> frames = new ArrayList<>();
        long seq = delivery.from();
        for (Event event : delivery.batch().events()) {
            frames.add(frame(delivery.key(), seq, delivery.batch().at(), event));
            seq += event.span();
        }
        return new Frames(frames);
    }

    static WireFrame frame(SessionKey key, long from, long at, Event event) {
        return WireFrame.event(from, from + event.span() - 1, EventJson.frame(key, from, at, event));
    }

    /** Events behind {@code after} in as few frames as the size of a frame allows. */
    static List<WireFrame> merged(SessionKey key, List<EventBatch> batches, long after, int maxChars) {
        List<WireFrame> frames = new ArrayList<>();
        List<Event.Tokens> run = new ArrayList<>();
        long from = after + 1;
        long at = 0;
        int chars = 0;
        for (EventBatch batch : batches) {
            if (batch.to() <= after) {
                continue;
            }
            for (Event event : batch.after(after).events()) {
                boolean joins = !run.isEmpty() && run.getFirst().continuedBy(event) && chars < maxChars;
                if (!joins && !run.isEmpty()) {
                    from = flush(key, frames, run, from, at);
                    chars = 0;
                }
                at = run.isEmpty() ? batch.at() : at;
                if (event instanceof Event.Tokens tokens) {
                    run.add(tokens);
                    chars += tokens.run().text().length();
                } else {
                    frames.add(frame(key, from, at, event));
                    from++;
                }
            }
        }
        if (!run.isEmpty()) {
            flush(key, frames, run, from, at);
        }
        return frames;
    }

    private static long flush(SessionKey key, List<WireFrame> frames, List<Event.Tokens> run, long from, long at) {
        WireFrame frame = frame(key, from, at, Event.Tokens.join(run));
        frames.add(frame);
        run.clear();
        return frame.seq() + 1;
    }
}
