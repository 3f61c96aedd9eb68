package dev.sessionmesh.core.log;

import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import java.util.ArrayList;
import java.util.List;

/** A log spelled out, one element a seq: however it was cut into batches and runs, the same log is the same list. */
public final class PerSeq {
    public record Token(String turn, String messageId, int part, DeltaKind kind, String piece) {}

    private PerSeq() {}

    public static List<Object> of(List<EventBatch> batches) {
        List<Object> all = new ArrayList<>();
        batches.forEach(batch -> all.addAll(of(batch)));
        return all;
    }

    public static List<Object> of(EventBatch batch) {
        List<Object> all = new ArrayList<>();
        for (Event event : batch.events()) {
            if (event instanceof Event.Tokens tokens) {
                for (int i = 0; i < tokens.run().pieces(); i++) {
                    String piece = tokens.run().cut(i, i + 1).text();
                    all.add(new Token(tokens.turn(), tokens.messageId(), tokens.part(), tokens.kind(), piece));
                }
            } else {
                all.add(event);
            }
        }
        return all;
    }
}
