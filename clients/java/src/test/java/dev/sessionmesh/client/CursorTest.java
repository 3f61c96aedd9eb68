package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CursorTest {
    @Test
    void a_history_event_renames_the_position_in_its_place_in_the_log() {
        Cursor cursor = new Cursor(new Position.After(3, Optional.of("p1")));
        assertEquals(Optional.empty(), cursor.advance(new Frame.History("s1", 4, "p2")));
        JsonObject attach = cursor.attachFrame("s1");
        assertEquals("p2", attach.getString("pos"));
        assertEquals(4, attach.getLong("after"));
    }

    @Test
    void a_history_event_of_another_place_changes_nothing() {
        Cursor cursor = new Cursor(new Position.After(3, Optional.of("p1")));
        assertEquals(true, cursor.advance(new Frame.History("s1", 6, "p2")).isPresent());
        assertEquals("p1", cursor.attachFrame("s1").getString("pos"));
    }
}
