package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.core.SessionKey;
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
}
