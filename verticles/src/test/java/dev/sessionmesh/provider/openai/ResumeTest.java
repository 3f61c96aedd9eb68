package dev.sessionmesh.provider.openai;

import static dev.sessionmesh.provider.openai.FakeModel.DONE;
import static dev.sessionmesh.provider.openai.FakeModel.finish;
import static dev.sessionmesh.provider.openai.FakeModel.reasoning;
import static dev.sessionmesh.provider.openai.FakeModel.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.provider.Talk;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(VertxExtension.class)
class ResumeTest {
    private static final String SAID = "A durable session outlives the ser";

    private FakeModel model;

    @BeforeEach
    void serve(Vertx vertx) {
        model = new FakeModel(vertx);
    }

    @Test
    void asked_to_go_on_the_model_repeats_and_the_repetition_is_cut_away(Vertx vertx) {
        model.thenStream(text("outlives the"), text(" server that"), text(" runs it."), finish("stop"), DONE);
        assertEquals("ver that runs it.", resume(vertx, Continuation.ASK).sink.text());
        JsonArray messages = messages();
        assertEquals(3, messages.size());
        assertEquals(SAID, messages.getJsonObject(1).getString("content"));
        assertEquals("user", messages.getJsonObject(2).getString("role"));
        assertTrue(messages.getJsonObject(2).getString("content").contains("<<<" + SAID + ">>>"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Continuation.class,
            names = {"ASK", "RESTART"},
            mode = EnumSource.Mode.EXCLUDE)
    void a_server_that_can_is_handed_the_partial_message_last(Continuation how, Vertx vertx) {
        model.thenStream(text("ver."), finish("stop"), DONE);
        assertEquals("ver.", resume(vertx, how).sink.text());
        JsonObject body = model.bodies.getFirst();
        JsonObject last = messages().getJsonObject(messages().size() - 1);
        assertEquals("assistant", last.getString("role"));
        assertEquals(how == Continuation.PREFIX, last.getBoolean("prefix", false));
        assertEquals(how == Continuation.CONTINUE_FINAL_MESSAGE, body.getBoolean("continue_final_message", false));
        assertEquals(how != Continuation.CONTINUE_FINAL_MESSAGE, body.getBoolean("add_generation_prompt", true));
    }

    @Test
    void a_server_that_can_not_go_on_begins_the_step_anew(Vertx vertx) {
        Running lost = resume(vertx, Continuation.RESTART);
        assertInstanceOf(Provider.End.Restart.class, lost.end());
        assertEquals(0, model.bodies.size(), "there is nothing to ask for");
        model.thenBreakOff(text("A durable"));
        Running broken = Running.start(vertx, model.settings().with(Continuation.RESTART), Talk.about("explain"));
        assertInstanceOf(Provider.End.Restart.class, broken.end());
        assertEquals("A durable", broken.sink.text());
    }

    @Test
    void the_partial_message_comes_behind_the_steering_that_interrupted_it(Vertx vertx) {
        model.thenStream(text("ver."), finish("stop"), DONE);
        Talk talk = Talk.about("explain").say("t1", "m1", SAID).steer("t1", "s1", "be brief");
        Running.start(vertx, model.settings().with(Continuation.PREFILL), talk).end();
        assertEquals(
                "explain\n\n(While you work on it:) be brief",
                messages().getJsonObject(0).getString("content"));
        assertEquals(SAID, messages().getJsonObject(1).getString("content"));
    }

    @Test
    void thoughts_of_the_lost_runner_are_not_run_into_the_new_ones(Vertx vertx) {
        model.thenStream(reasoning("again"), text("Yes."), finish("stop"), DONE);
        Talk talk = Talk.about("explain").delta("t1", "m1", DeltaKind.REASONING, "first");
        Running running = Running.start(vertx, model.settings(), talk);
        running.end();
        assertEquals("\n\nagain", running.sink.reasoning());
        assertFalse(model.bodies.getFirst().encode().contains("first"));
    }

    private Running resume(Vertx vertx, Continuation how) {
        Running running = Running.start(
                vertx, model.settings().with(how), Talk.about("explain").say("t1", "m1", SAID));
        running.end();
        return running;
    }

    private JsonArray messages() {
        return model.bodies.getFirst().getJsonArray("messages");
    }
}
