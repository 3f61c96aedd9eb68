package dev.sessionmesh.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.session.ToolCall.Decision;
import dev.sessionmesh.core.session.ToolCall.Outcome;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.provider.Talk;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranscriptTest {
    @Test
    void personality_and_memory_come_first() {
        Profile profile = new Profile(
                "openai", "Be kind.", "Anna likes tea.", List.of(), Map.of(), InputPolicy.ENQUEUE, Budget.UNLIMITED);
        JsonObject system = transcript(Talk.about("hi").profile(profile), "t1").getFirst();
        assertEquals("system", system.getString("role"));
        assertEquals("Be kind.\n\nWhat you remember from before:\nAnna likes tea.", system.getString("content"));
    }

    @Test
    void earlier_turns_are_told_and_queued_inputs_are_not() {
        Talk talk = Talk.about("first")
                .say("t1", "m1", "one")
                .end("t1", TurnStatus.COMPLETED)
                .user("t2", Payload.of("second"))
                .user("t3", Payload.of("third, still waiting"))
                .say("t2", "m2", "unfinished");
        assertEquals(
                List.of("user: first", "assistant: one", "user: second"),
                transcript(talk, "t2").stream()
                        .map(message -> message.getString("role") + ": " + message.getString("content"))
                        .toList());
    }

    @Test
    void a_call_follows_its_words_and_its_result_follows_the_call() {
        Talk talk = Talk.about("look it up")
                .say("t1", "m1", "Looking.")
                .call("t1", "k1", "find", "{\"q\":1}")
                .result("k1", Outcome.OK, "{\"found\":2}")
                .call("t1", "k2", "find", "{}")
                .result("k2", Outcome.ERROR, "down");
        List<JsonObject> messages = transcript(talk, "t1");
        assertEquals(5, messages.size());
        JsonObject call = messages.get(1).getJsonArray("tool_calls").getJsonObject(0);
        assertEquals("Looking.", messages.get(1).getString("content"));
        assertEquals("{\"q\":1}", call.getJsonObject("function").getString("arguments"));
        assertEquals("tool", messages.get(2).getString("role"));
        assertEquals(call.getString("id"), messages.get(2).getString("tool_call_id"));
        assertTrue(call.getString("id").matches("[a-zA-Z0-9]{9}"));
        assertEquals("{\"found\":2}", messages.get(2).getString("content"));
        assertEquals("error: down", messages.get(4).getString("content"));
    }

    @ParameterizedTest
    @CsvSource({"REJECTED,did not allow", "IN_DOUBT,not known", "CANCELLED,was cancelled"})
    void a_call_that_was_not_run_says_so(Outcome outcome, String words) {
        Talk talk = Talk.about("hi").call("t1", "k1", "rm", "{}").result("k1", outcome, "");
        String result = transcript(talk, "t1").getLast().getString("content");
        assertTrue(result.contains(words), result);
    }

    @Test
    void a_call_whose_approval_lapsed_has_an_answer_too() {
        Talk talk = Talk.about("hi")
                .call("t1", "k1", "rm", "{}", Executor.SERVER, true)
                .decided("k1", Decision.EXPIRED, "")
                .end("t1", TurnStatus.EXPIRED)
                .user("t2", Payload.of("and now?"));
        List<JsonObject> messages = transcript(talk, "t2");
        assertEquals("tool", messages.get(2).getString("role"));
        assertEquals("user", messages.get(3).getString("role"));
    }

    @Test
    void neighbouring_messages_of_the_user_become_one() {
        Talk talk = Talk.about("first")
                .end("t1", TurnStatus.CANCELLED)
                .user("t2", Payload.of("second"))
                .steer("t2", "s1", "shorter");
        List<JsonObject> messages = transcript(talk, "t2");
        assertEquals(1, messages.size());
        assertEquals(
                "first\n\nsecond\n\n(While you work on it:) shorter",
                messages.getFirst().getString("content"));
    }

    @Test
    void blobs_are_found_and_put_in_their_place() {
        Payload.Blob blob = new Payload.Blob("ab", 50_000);
        Talk talk = new Talk().user("t1", blob);
        assertEquals(Set.of(blob), Transcript.blobsOf(talk.request("", "t1")));
        List<JsonObject> messages = Transcript.of(talk.request("", "t1"), Map.of(blob, "very long"));
        assertEquals("very long", messages.getFirst().getString("content"));
    }

    private static List<JsonObject> transcript(Talk talk, String turn) {
        return Transcript.of(talk.request("", turn), Map.of());
    }
}
