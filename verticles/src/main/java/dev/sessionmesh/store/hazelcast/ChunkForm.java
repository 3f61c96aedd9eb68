package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.ChunkCodec;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * Packs a stretch of the tail: batches that only continue the tokens of the one before lie with it in one record, so that a thousand
 * tokens cost one. Every other event keeps the time it was shown with; tokens are shown without one.
 */
final class ChunkForm {
    private final List<EventBatch> packed = new ArrayList<>();
    private final List<Event.Tokens> run = new ArrayList<>();
    private long from;
    private long at;

    private ChunkForm() {}

    static byte[] pack(List<Segment> segments) {
        ChunkForm form = new ChunkForm();
        segments.forEach(segment -> form.add(BatchCodec.decode(segment.bytes())));
        form.finish();
        return ChunkCodec.encode(form.packed);
    }

    static ChunkRef ref(List<Segment> segments, byte[] packed) {
        return new ChunkRef(
                segments.getFirst().from(), segments.getLast().to(), RunningHash.extend(0, packed), packed.length);
    }

    private void add(EventBatch batch) {
        if (batch.events().size() != 1 || !(batch.events().getFirst() instanceof Event.Tokens tokens)) {
            finish();
            packed.add(batch);
            return;
        }
        if (!run.isEmpty() && !run.getFirst().continuedBy(tokens)) {
            finish();
        }
        if (run.isEmpty()) {
            from = batch.from();
            at = batch.at();
        }
        run.add(tokens);
    }

    private void finish() {
        if (!run.isEmpty()) {
            packed.add(new EventBatch(from, at, List.of(Event.Tokens.join(run))));
            run.clear();
        }
    }
}
