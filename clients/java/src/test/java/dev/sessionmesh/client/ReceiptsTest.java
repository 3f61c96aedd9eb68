package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ReceiptsTest {
    private final Receipts receipts = new Receipts();

    @Test
    void a_receipt_tells_which_step_heard_the_instruction_whichever_comes_first() {
        Future<SteerReceipt> before = receipts.of(ack(4));
        receipts.see(steered(4, "s1", "t1"));
        assertFalse(before.isComplete());
        receipts.see(resolved(5, "s1", true, 2));
        assertEquals(new SteerReceipt(ack(4), Optional.of(true), OptionalInt.of(2)), before.result());
        assertEquals(before.result(), receipts.of(ack(4)).result(), "the ack may come after the events");
    }

    @Test
    void instructions_are_told_apart() {
        Future<SteerReceipt> one = receipts.of(ack(4));
        Future<SteerReceipt> two = receipts.of(ack(5));
        receipts.see(steered(4, "s1", "t1"));
        receipts.see(steered(5, "s2", "t1"));
        receipts.see(resolved(6, "s2", false, 0));
        assertFalse(one.isComplete());
        assertEquals(Optional.of(false), two.result().consumed());
    }

    @Test
    void what_only_a_snapshot_could_have_told_is_unknown_and_not_pending_for_ever() {
        Future<SteerReceipt> ended = receipts.of(ack(4));
        Future<SteerReceipt> running = receipts.of(ack(5));
        receipts.see(steered(4, "s1", "t1"));
        receipts.see(steered(5, "s2", "t2"));
        receipts.see(snapshot(9, "t2"));
        assertEquals(Optional.empty(), ended.result().consumed());
        assertFalse(running.isComplete(), "its turn goes on, and may still take it in");
        receipts.see(new Frame.AgentStatus(
                "s1",
                10,
                "t2",
                "completed",
                1,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
        assertEquals(Optional.empty(), running.result().consumed());
    }

    @Test
    void a_tab_that_ends_leaves_nobody_waiting() {
        Future<SteerReceipt> open = receipts.of(ack(4));
        receipts.end(SessionmeshException.closed("over"));
        assertTrue(open.failed());
    }

    private static Ack ack(long seq) {
        return new Ack("c:1", "s1", seq, false, false);
    }

    private static Frame.Steer steered(long seq, String id, String turn) {
        return new Frame.Steer("s1", seq, turn, id, "x", Optional.empty(), Optional.empty());
    }

    private static Frame.SteerResolved resolved(long seq, String id, boolean consumed, int step) {
        return new Frame.SteerResolved(
                "s1", seq, "t1", id, consumed, consumed ? OptionalInt.of(step) : OptionalInt.empty());
    }

    private static Frame.Snapshot snapshot(long seq, String running) {
        JsonArray turns = new JsonArray()
                .add(new JsonObject().put("id", "t1").put("status", "completed"))
                .add(new JsonObject().put("id", running).put("status", "in_progress"));
        JsonArray none = new JsonArray();
        return new Frame.Snapshot(seq, 0, turns, none, none, none, none);
    }
}
