package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * A sealed chunk: the batches of a stretch of the tail, packed into one, so that a thousand tokens lie in one record. The time of the
 * first batch stands for all of them.
 */
final class ChunkForm {
    private ChunkForm() {}

    static byte[] pack(List<Segment> segments) {
        List<Event> packed = new ArrayList<>();
        EventBatch first = BatchCodec.decode(segments.getFirst().bytes());
        Joiner joiner = new Joiner(packed);
        for (Segment segment : segments) {
            BatchCodec.decode(segment.bytes()).events().forEach(joiner::add);
        }
        joiner.finish();
        return BatchCodec.encode(new EventBatch(first.from(), first.at(), packed));
    }

    static ChunkRef ref(List<Segment> segments, byte[] packed) {
        return new ChunkRef(
                segments.getFirst().from(), segments.getLast().to(), RunningHash.extend(0, packed), packed.length);
    }

    /** Joins neighbouring runs of one message; collects the pieces first, so that a long message costs linear time. */
    private static final class Joiner {
        private final List<Event> out;
        private final List<Event.Tokens> run = new ArrayList<>();

        Joiner(List<Event> out) {
            this.out = out;
        }

        void add(Event event) {
            if (!run.isEmpty() && !run.getFirst().continuedBy(event)) {
                finish();
            }
            if (event instanceof Event.Tokens tokens) {
                run.add(tokens);
            } else {
                out.add(event);
            }
        }

        void finish() {
            if (!run.isEmpty()) {
                out.add(Event.Tokens.join(run));
                run.clear();
            }
        }
    }
}
