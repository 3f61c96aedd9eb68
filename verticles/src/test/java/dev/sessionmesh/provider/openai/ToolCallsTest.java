package dev.sessionmesh.provider.openai;

import static dev.sessionmesh.provider.openai.FakeModel.DONE;
import static dev.sessionmesh.provider.openai.FakeModel.call;
import static dev.sessionmesh.provider.openai.FakeModel.finish;
import static dev.sessionmesh.provider.openai.FakeModel.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider.End;
import dev.sessionmesh.provider.RecordingSink.Called;
import dev.sessionmesh.provider.Talk;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class ToolCallsTest {
    private static final Profile PROFILE = new Profile(
            "openai",
            "",
            "",
            List.of(
                    find("{\"type\":\"object\"}"),
                    ToolSpec.named("pick", Executor.CLIENT).with(ApprovalPolicy.ALWAYS)),
            Map.of(),
            InputPolicy.ENQUEUE,
            Budget.UNLIMITED);

    private static ToolSpec find(String parameters) {
        return new ToolSpec(
                "find",
                "looks things up",
                parameters,
                Executor.SERVER,
                "",
                false,
                ApprovalPolicy.NEVER,
                ToolSpec.Target.ANY);
    }

    private FakeModel model;

    @BeforeEach
    void serve(Vertx vertx) {
        model = new FakeModel(vertx);
    }

    private Running run(Vertx vertx) {
        return Running.start(
                vertx, model.settings().with(Running.QUICK), Talk.about("hi").profile(PROFILE));
    }

    @Test
    void parallel_calls_grow_side_by_side(Vertx vertx) {
        model.thenStream(
                text("Let me look."),
                call(0, "call_a", "find", ""),
                call(0, "", "", "{\"q\":"),
                call(1, "call_b", "pick", "{"),
                call(0, "", "", "\"tea\"}"),
                call(1, "", "", "}"),
                finish("tool_calls"),
                DONE);
        Running running = run(vertx);
        assertInstanceOf(End.Continue.class, running.end());
        assertEquals(List.of(new Called("find", "{\"q\":\"tea\"}"), new Called("pick", "{}")), running.sink.calls);
        assertEquals("Let me look.", running.sink.text());
        assertEquals(2, model.bodies.getFirst().getJsonArray("tools").size());
    }

    @Test
    void servers_that_number_every_call_zero_or_say_stop_are_understood(Vertx vertx) {
        model.thenStream(call(0, "a", "find", "{\"n\":1}"), call(0, "b", "find", "{\"n\":2}"), finish("stop"), DONE);
        Running running = run(vertx);
        assertInstanceOf(End.Continue.class, running.end());
        assertEquals(
                List.of("{\"n\":1}", "{\"n\":2}"),
                running.sink.calls.stream().map(Called::arguments).toList());
    }

    @Test
    void arguments_may_be_left_out_or_come_as_an_object(Vertx vertx) {
        String delta = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"%s\",\"function\":%s}]}}]}\n\n";
        model.thenStream(
                delta.formatted("a", "{\"name\":\"find\"}"),
                delta.formatted("b", "{\"name\":\"find\",\"arguments\":{\"q\":1}}"),
                finish("tool_calls"),
                DONE);
        Running running = run(vertx);
        assertInstanceOf(End.Continue.class, running.end());
        assertEquals(
                List.of("{}", "{\"q\":1}"),
                running.sink.calls.stream().map(Called::arguments).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"q\":", "[1]", "nonsense", "{} {}"})
    void arguments_that_are_no_json_object_fail_the_turn_and_call_nothing(String arguments, Vertx vertx) {
        model.thenStream(call(0, "a", "find", "{}"), call(1, "b", "find", arguments), finish("tool_calls"), DONE);
        Running running = run(vertx);
        assertEquals("bad_tool_call", running.failure());
        assertEquals(List.of(), running.sink.calls);
    }

    @Test
    void what_is_no_tool_of_the_session_is_for_the_runner_to_refuse(Vertx vertx) {
        model.thenStream(call(0, "a", "find", "{}"), call(1, "b", "rm", "{}"), finish("tool_calls"), DONE);
        Running running = run(vertx);
        assertInstanceOf(End.Continue.class, running.end());
        assertEquals(List.of(new Called("find", "{}"), new Called("rm", "{}")), running.sink.calls);
    }

    @Test
    void calls_and_their_arguments_are_bounded(Vertx vertx) {
        model.thenStream(call(0, "a", "find", "x".repeat(5_000)), finish("tool_calls"), DONE);
        assertEquals("bad_tool_call", run(vertx).failure());
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            many.append(call(i, "c" + i, "find", "{}"));
        }
        model.thenStream(many.toString(), finish("tool_calls"), DONE);
        assertEquals("bad_tool_call", run(vertx).failure());
    }

    @Test
    void announced_calls_that_never_come_are_a_failure(Vertx vertx) {
        model.thenStream(text("I will look"), finish("tool_calls"), DONE);
        assertEquals("bad_tool_call", run(vertx).failure());
    }

    @Test
    void a_call_cut_in_half_is_asked_for_again_and_made_once(Vertx vertx) {
        model.thenBreakOff(call(0, "a", "find", "{\"q\":"))
                .thenStream(call(0, "b", "find", "{\"q\":1}"), finish("tool_calls"), DONE);
        Running running = run(vertx);
        assertInstanceOf(End.Continue.class, running.end());
        assertEquals(1, running.sink.calls.size());
        assertTrue(running.sink.text().isEmpty());
    }

    @Test
    void parameters_that_are_no_schema_fail_before_anything_is_sent(Vertx vertx) {
        Profile broken =
                new Profile("openai", "", "", List.of(find("{")), Map.of(), InputPolicy.ENQUEUE, Budget.UNLIMITED);
        Running running =
                Running.start(vertx, model.settings(), Talk.about("hi").profile(broken));
        assertEquals("bad_tool", running.failure());
        assertEquals(0, model.bodies.size());
    }
}
