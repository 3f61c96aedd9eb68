package dev.sessionmesh.chaos.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sessionmesh.client.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A frame as a line of a history, however deep its records lie. */
class SeenTest {

    @Test
    void an_approval_and_its_terms_are_written_and_read_back() {
        Frame.Terms terms = new Frame.Terms(
                "ab12", Optional.empty(), Optional.of("ann"), 2, List.of("role:lead"), true, Optional.of("fail"));
        JsonObject arguments = new JsonObject().put("to", "bob");
        Seen seen = Seen.of(new Frame.Approval(
                "s", 7, "t1", "c1", "send", arguments, terms, Optional.of("2026-01-01T00:00:00Z"), Optional.empty()));

        Seen back = Seen.parse(new JsonObject(seen.json().encode()));

        assertEquals(seen, back);
        assertEquals(7, back.seq());
        assertEquals("c1", back.field("callId"));
        assertEquals("2026-01-01T00:00:00Z", back.field("deadline"));
        assertFalse(back.more().containsKey("escalateAt"), "absent, so left out");
        JsonObject written = new JsonObject()
                .put("argumentsHash", "ab12")
                .put("askedBy", "ann")
                .put("needed", 2)
                .put("approvers", new JsonArray(List.of("role:lead")))
                .put("separateDuty", true)
                .put("onExpiry", "fail");
        assertEquals(written, back.more().getJsonObject("terms"));
    }
}
