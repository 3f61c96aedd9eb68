package dev.sessionmesh.codec.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.session.Event;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServerFramesTest {
    @Test
    void every_frame_is_as_the_page_says() {
        var frames = FrameSamples.frames();
        assertEquals(Golden.expected("server-frames.txt", frames), frames);
    }

    @Test
    void every_kind_of_event_has_a_sample() {
        Set<Class<?>> kinds = new HashSet<>(List.of(Event.class.getPermittedSubclasses()));
        FrameSamples.events().values().forEach(event -> kinds.remove(event.getClass()));
        assertEquals(Set.of(), kinds);
    }

    @Test
    void a_frame_of_several_tokens_says_where_it_begins() {
        JsonObject frame = new JsonObject(FrameSamples.frames().get("tokens"));
        assertEquals(5, frame.getLong("from"));
        assertEquals(9, frame.getLong("seq"));
    }

    @Test
    void half_a_character_travels_and_the_two_halves_meet() {
        String first = new JsonObject(FrameSamples.frames().get("token cut through a character")).getString("text");
        assertEquals("\uD83D\uDE00", first + "\uDE00");
    }

    @Test
    void no_frame_has_a_line_break_in_it() {
        FrameSamples.frames().forEach((name, frame) -> assertTrue(frame.chars().noneMatch(c -> c < ' '), name));
    }
}
