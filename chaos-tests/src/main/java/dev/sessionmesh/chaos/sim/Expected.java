package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The frames that a log makes, whatever batches it lies in. */
final class Expected {
    private final SessionKey key;
    private final TreeMap<Long, EventBatch> byFrom = new TreeMap<>();

    Expected(SessionKey key, List<EventBatch> log) {
        this.key = key;
        log.forEach(batch -> byFrom.put(batch.from(), batch));
    }

    /** The one frame for these seqs; empty if the log has none that covers them. */
    byte[] frame(long from, long seq) {
        Map.Entry<Long, EventBatch> first = byFrom.floorEntry(from);
        if (first == null) {
            return new byte[0];
        }
        long at = first.getValue().at();
        List<Event.Tokens> run = new ArrayList<>();
        for (EventBatch batch : byFrom.subMap(first.getKey(), true, seq, true).values()) {
            if (batch.to() < from) {
                return new byte[0];
            }
            for (Event event : batch.until(seq).after(from - 1).events()) {
                if (!(event instanceof Event.Tokens tokens)) {
                    return run.isEmpty() ? EventJson.frame(key, from, at, event) : new byte[0];
                }
                run.add(tokens);
            }
        }
        return run.isEmpty() ? new byte[0] : EventJson.frame(key, from, at, Event.Tokens.join(run));
    }
}
