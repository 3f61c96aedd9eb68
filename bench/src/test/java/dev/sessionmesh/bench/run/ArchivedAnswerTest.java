package dev.sessionmesh.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.bench.run.ArchivedAnswer.Stretch;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.core.log.EventBatch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the benchmark sends is what an archive would get: it can be read again, and is one log. */
final class ArchivedAnswerTest {
    @Test
    void stretches_are_records_of_one_log_with_the_states_at_their_ends() {
        List<Stretch> stretches = ArchivedAnswer.of(20, 50, 5);
        long next = 4;
        for (Stretch stretch : stretches) {
            List<EventBatch> batches = ArchiveCodec.batches(stretch.record());
            assertEquals(next, batches.getFirst().from());
            next += 50;
            assertEquals(next - 1, batches.getLast().to());
            assertEquals(
                    next - 1, ArchiveCodec.snapshot(stretch.snapshot()).state().head());
            assertTrue(stretch.record().length < 50 * 6, "prose gets shorter: " + stretch.record().length);
        }
        assertEquals(20, stretches.size());
    }
}
