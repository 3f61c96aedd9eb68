package dev.sessionmesh.codec.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.State;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    @Test
    void every_http_body_is_as_the_page_says() {
        Map<String, String> bodies = new LinkedHashMap<>();
        put(bodies, "session", StateJson.session(FrameSamples.state(), FrameSamples.conversation(), 10_000));
        State fresh = State.create(FrameSamples.KEY, Profile.ofModel("scripted:test"), 7, FrameSamples.AT);
        put(bodies, "new session", StateJson.session(fresh, new Conversation(), 10_000));
        put(bodies, "session with branches", StateJson.session(fresh, branched(), 10_000));
        put(bodies, "profile", ProfileJson.document(FrameSamples.PROFILE));
        put(bodies, "messages", MessageJson.document(FrameSamples.conversation()));
        put(bodies, "accepted", ServerJson.accepted("c1", 7, false, false));
        put(bodies, "accepted again", ServerJson.accepted("c1", 7, true, true));
        byte[] frame = "{\"type\":\"token\",\"seq\":1}".getBytes(StandardCharsets.UTF_8);
        put(bodies, "events", ServerJson.events(List.of(frame, frame), 2));
        put(bodies, "sessions", ServerJson.sessions(List.of("a", "b"), Optional.of("b")));
        put(bodies, "last sessions", ServerJson.sessions(List.of(), Optional.empty()));
        put(bodies, "error", ServerJson.httpError(ErrorCode.BUSY, "the tail is full", Map.of(), 250));
        assertEquals(Golden.expected("http-bodies.txt", bodies), bodies);
        bodies.values().forEach(JsonObject::new);
    }

    @Test
    void payloads_beyond_the_budget_are_left_out_and_it_is_said() {
        JsonObject session = new JsonObject(
                FrameSamples.text(StateJson.session(FrameSamples.state(), FrameSamples.conversation(), 10)));
        JsonArray calls = session.getJsonArray("toolCalls");
        assertTrue(calls.getJsonObject(1).getBoolean("truncated"));
        assertFalse(calls.getJsonObject(1).containsKey("arguments"));
    }

    @Test
    void a_long_message_comes_in_frames_that_add_up() {
        String said = "ab\uD83D\uDE00".repeat(50);
        Conversation conversation = new Conversation();
        conversation.apply(new EventBatch(
                1,
                0,
                List.of(
                        new Event.InputAccepted("u1", "c1", "t1", Payload.of(said), FrameSamples.ADA),
                        new Event.TurnReceived("t1", "c1", FrameSamples.ADA),
                        FrameSamples.tokens(DeltaKind.TEXT, 0, said),
                        FrameSamples.tokens(DeltaKind.DATA, 1, "x"))));
        List<JsonObject> frames = MessageJson.pieces(conversation, 7).stream()
                .map(frame -> new JsonObject(FrameSamples.text(frame.frame(FrameSamples.KEY))))
                .toList();
        for (String id : List.of("u1", "m1")) {
            List<JsonObject> own = frames.stream()
                    .filter(frame -> frame.getString("messageId").equals(id))
                    .toList();
            StringBuilder text = new StringBuilder();
            own.stream()
                    .filter(frame -> !frame.containsKey("kind"))
                    .forEach(frame -> text.append(frame.getString("text")));
            assertEquals(said, text.toString());
            assertTrue(own.stream().limit(own.size() - 1).allMatch(frame -> frame.getBoolean("more")));
            assertFalse(own.getLast().containsKey("more"));
            assertTrue(own.stream().allMatch(frame -> frame.getString("text").length() <= 7));
            assertTrue(own.stream().allMatch(frame -> Texts.utf8Length(frame.getString("text")) >= 0));
        }
        assertEquals("data", frames.getLast().getString("kind"));
    }

    /** One turn done again with other words, another one taken back. */
    private static Conversation branched() {
        Conversation conversation = new Conversation();
        conversation.apply(new EventBatch(
                1,
                FrameSamples.AT,
                List.of(
                        new Event.InputAccepted("u1", "c1", "t1", Payload.of("one"), FrameSamples.ADA),
                        new Event.TurnReceived("t1", "c1", FrameSamples.ADA),
                        new Event.InputAccepted("u2", "c2", "t2", Payload.of("other"), FrameSamples.ADA),
                        new Event.TurnReceived("t2", "c2", FrameSamples.ADA, "t1", false),
                        new Event.InputAccepted("u3", "c3", "t3", Payload.of("no"), FrameSamples.BOB),
                        new Event.TurnReceived("t3", "c3", FrameSamples.BOB),
                        new Event.TurnRetracted("t3", FrameSamples.BOB))));
        return conversation;
    }

    @Test
    void messages_are_those_of_the_current_branch() {
        JsonArray messages =
                new JsonObject(FrameSamples.text(MessageJson.document(branched()))).getJsonArray("messages");
        assertEquals(1, messages.size());
        assertEquals("other", messages.getJsonObject(0).getString("text"));
        assertEquals(1, MessageJson.pieces(branched(), 100).size());
    }

    private static void put(Map<String, String> bodies, String name, byte[] body) {
        bodies.put(name, FrameSamples.text(body));
    }
}
