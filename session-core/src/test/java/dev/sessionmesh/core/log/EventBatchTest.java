package dev.sessionmesh.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventBatchTest {
    private static final EventBatch BATCH = new EventBatch(
            10,
            5,
            List.of(
                    tokens("a", "b", "c"),
                    new Event.ToolStarted("k1"),
                    tokens("d", "e"),
                    new Event.ToolStarted("k2"),
                    tokens("f")));

    @Test
    void its_span_counts_every_piece() {
        assertEquals(17, BATCH.to());
        assertEquals(9, new EventBatch(10, 5, List.of()).to());
    }

    @Test
    void it_can_be_cut_at_every_seq() {
        List<Object> whole = PerSeq.of(BATCH);
        for (long after = 9; after <= 17; after++) {
            EventBatch rest = BATCH.after(after);
            assertEquals(after + 1, rest.from());
            assertEquals(17, rest.to(), "cut after " + after);
            assertEquals(5, rest.at());
            assertEquals(whole.subList((int) (after - 9), whole.size()), PerSeq.of(rest));
        }
    }

    @Test
    void both_sides_of_every_cut_are_the_whole() {
        List<Object> whole = PerSeq.of(BATCH);
        for (long seq = 0; seq <= 20; seq++) {
            EventBatch head = BATCH.until(seq);
            int kept = Math.clamp(seq - 9, 0, 8);
            assertEquals(10, head.from());
            assertEquals(9 + kept, head.to(), "cut at " + seq);
            assertEquals(whole.subList(0, kept), PerSeq.of(head));
            if (seq >= 9 && seq <= 17) {
                assertEquals(whole, PerSeq.of(List.of(head, BATCH.after(seq))));
            }
        }
    }

    @Test
    void what_is_folded_is_never_cut() {
        Event.Tokens folded = tokens("a", "b", "c").folded();
        EventBatch batch = new EventBatch(10, 5, List.of(folded, new Event.ToolStarted("k1"), tokens("d", "e")));
        for (long seq = 10; seq <= 12; seq++) {
            assertEquals(List.of(folded), batch.until(seq).events(), "until " + seq);
        }
        assertEquals(List.of(), batch.until(9).events());
        for (long seq = 9; seq <= 11; seq++) {
            assertEquals(new EventBatch(10, 5, batch.events()), batch.after(seq), "after " + seq);
        }
        assertEquals(13, batch.after(12).from());
        assertEquals(15, batch.after(14).from());
        assertEquals(12, batch.foldedTo());
        assertEquals(0, BATCH.foldedTo());
    }

    @Test
    void cutting_twice_is_cutting_once() {
        for (long first = 9; first <= 17; first++) {
            for (long second = first; second <= 17; second++) {
                assertEquals(BATCH.after(second), BATCH.after(first).after(second));
            }
        }
    }

    @Test
    void before_its_beginning_there_is_nothing_to_cut() {
        assertSame(BATCH, BATCH.after(0));
        assertSame(BATCH, BATCH.after(9));
    }

    @Test
    void tokens_continue_tokens_of_the_same_message_part_and_kind() {
        Event.Tokens first = tokens("a");
        assertTrue(first.continuedBy(tokens("b")));
        assertFalse(first.continuedBy(new Event.ToolStarted("k1")));
        assertFalse(first.continuedBy(new Event.Tokens("t1", "m2", 0, DeltaKind.TEXT, TokenRun.of("b"))));
        assertFalse(first.continuedBy(new Event.Tokens("t1", "m1", 1, DeltaKind.TEXT, TokenRun.of("b"))));
        assertFalse(first.continuedBy(new Event.Tokens("t1", "m1", 0, DeltaKind.DATA, TokenRun.of("b"))));
    }

    private static Event.Tokens tokens(String... pieces) {
        return new Event.Tokens("t1", "m1", 0, DeltaKind.TEXT, TokenRun.of(List.of(pieces)));
    }
}
