package dev.sessionmesh.provider.openai;

import static dev.sessionmesh.provider.openai.FakeModel.DONE;
import static dev.sessionmesh.provider.openai.FakeModel.finish;
import static dev.sessionmesh.provider.openai.FakeModel.reasoning;
import static dev.sessionmesh.provider.openai.FakeModel.text;
import static dev.sessionmesh.provider.openai.FakeModel.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.port.Provider.End;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.provider.Talk;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class FaultsTest {
    private FakeModel model;

    @BeforeEach
    void serve(Vertx vertx) {
        model = new FakeModel(vertx);
    }

    private Running run(Vertx vertx) {
        return run(vertx, Running.QUICK);
    }

    private Running run(Vertx vertx, OpenAiLimits limits) {
        return Running.start(vertx, model.settings().with(limits), Talk.about("hi"));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 529})
    void a_passing_refusal_is_tried_again(int status, Vertx vertx) {
        model.thenRefuse(status, "{\"error\":{\"message\":\"busy\"}}")
                .thenRefuse(status, "<html>busy</html>")
                .thenStream(text("ok"), finish("stop"), DONE);
        Running running = run(vertx);
        assertInstanceOf(End.Stop.class, running.end());
        assertEquals("ok", running.sink.text());
        assertEquals(3, model.bodies.size());
    }

    @Test
    void retry_after_is_waited_for(Vertx vertx) {
        model.then(response -> response.setStatusCode(429)
                        .putHeader("retry-after", "1")
                        .end())
                .thenStream(text("ok"), finish("stop"), DONE);
        long begun = System.nanoTime();
        assertInstanceOf(End.Stop.class, run(vertx).end());
        assertTrue(System.nanoTime() - begun >= TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void a_server_that_wants_too_long_a_wait_is_not_waited_for(Vertx vertx) {
        model.then(response ->
                response.setStatusCode(429).putHeader("retry-after", "3600").end());
        assertEquals("rate_limited", run(vertx).failure());
        assertEquals(1, model.bodies.size());
    }

    @Test
    void retries_are_bounded(Vertx vertx) {
        for (int i = 0; i < 10; i++) {
            model.thenRefuse(503, "");
        }
        assertEquals("upstream_error", run(vertx).failure());
        assertEquals(3, model.bodies.size());
    }

    @ParameterizedTest
    @CsvSource({
        "400,bad_request",
        "401,upstream_unauthorized",
        "403,upstream_unauthorized",
        "404,unknown_model",
        "422,bad_request",
        "501,upstream_error"
    })
    void a_lasting_refusal_is_not(int status, String code, Vertx vertx) {
        model.thenRefuse(status, "{\"error\":{\"message\":\"no\"}}");
        assertEquals(code, run(vertx).failure());
        assertEquals(1, model.bodies.size());
    }

    @Test
    void a_conversation_too_long_for_the_model_is_named(Vertx vertx) {
        model.thenRefuse(400, "{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"too long\"}}");
        assertEquals("context_length", run(vertx).failure());
    }

    @Test
    void a_refusal_with_an_endless_body_is_cut_short(Vertx vertx) {
        model.then(response -> response.setStatusCode(400).setChunked(true).write("x".repeat(100_000)));
        End.Failed failed = assertInstanceOf(End.Failed.class, run(vertx).end());
        assertTrue(failed.reason().length() < 400, failed.reason());
    }

    @Test
    void nobody_listening_is_unreachable(Vertx vertx) {
        OpenAiSettings nowhere = OpenAiSettings.of(URI.create("http://127.0.0.1:1/v1"), Secret.NONE, "tiny")
                .with(Running.QUICK);
        assertEquals(
                "unreachable", Running.start(vertx, nowhere, Talk.about("hi")).failure());
    }

    @Test
    void a_server_that_hangs_times_out(Vertx vertx) {
        model.then(response -> {});
        assertEquals("timeout", run(vertx, Running.IMPATIENT).failure());
        assertEquals(1, model.bodies.size(), "who waited that long does not wait again");
        Running.await(model.closed());
    }

    @Test
    void a_model_may_think_longer_than_it_may_pause(Vertx vertx) {
        OpenAiLimits limits = Running.QUICK.patient(Duration.ofSeconds(10), Duration.ofMillis(700));
        model.then(response -> vertx.setTimer(2_000, thought -> response.putHeader("content-type", "text/event-stream")
                .end(text("hm") + finish("stop") + DONE)));
        assertInstanceOf(End.Stop.class, run(vertx, limits).end());
        assertEquals(1, model.bodies.size());
    }

    @Test
    void a_pause_after_the_first_event_is_noticed_soon(Vertx vertx) {
        OpenAiLimits limits = Running.QUICK.patient(Duration.ofMinutes(10), Duration.ofMillis(700));
        model.then(response -> response.setChunked(true)
                        .putHeader("content-type", "text/event-stream")
                        .write(text("I was ")))
                .thenStream(text("saying"), finish("stop"), DONE);
        assertInstanceOf(End.Stop.class, run(vertx, limits).end());
        assertEquals(2, model.bodies.size());
    }

    @Test
    void a_connection_closed_before_the_answer_is_tried_again(Vertx vertx) {
        model.then(response -> model.requests.getLast().connection().close())
                .thenStream(text("ok"), finish("stop"), DONE);
        assertInstanceOf(End.Stop.class, run(vertx).end());
    }

    @Test
    void an_answer_that_breaks_off_is_continued_where_it_stopped(Vertx vertx) {
        model.thenBreakOff(text("The quick brown "), text("fox jum"))
                .thenStream(
                        text("brown fox"), text(" jumps over"), text(" the dog."), finish("stop"), usage(5, 4), DONE);
        Running running = run(vertx);
        assertEquals(new End.Stop(new Usage(5, 4)), running.end());
        assertEquals("The quick brown fox jumps over the dog.", running.sink.text());
        JsonObject partial = model.bodies.get(1).getJsonArray("messages").getJsonObject(1);
        assertEquals("assistant", partial.getString("role"));
        assertEquals("The quick brown fox jum", partial.getString("content"));
    }

    @Test
    void a_hang_in_the_middle_is_continued_too(Vertx vertx) {
        model.then(response -> FakeModel.stream(response).write(text("One, two, ")))
                .thenStream(text("three."), finish("stop"), DONE);
        Running running = run(vertx, Running.IMPATIENT);
        assertInstanceOf(End.Stop.class, running.end());
        assertEquals("One, two, three.", running.sink.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", DONE})
    void a_stream_without_a_finish_reason_counts_as_broken_off(String last, Vertx vertx) {
        model.thenStream(text("a long beginning "), last)
                .thenStream(text("and its middle "), last)
                .thenStream(text("but never an end"), last);
        Running running = run(vertx);
        assertEquals("truncated", running.failure());
        assertEquals("a long beginning and its middle but never an end", running.sink.text());
        assertEquals(3, model.bodies.size());
    }

    @Test
    void a_break_off_among_thoughts_starts_the_answer_again(Vertx vertx) {
        model.thenBreakOff(reasoning("hmm")).thenStream(reasoning("well"), text("yes"), finish("stop"), DONE);
        Running running = run(vertx);
        assertInstanceOf(End.Stop.class, running.end());
        assertEquals("hmm\n\nwell", running.sink.reasoning());
        assertEquals(1, model.bodies.get(1).getJsonArray("messages").size());
    }

    @Test
    void a_break_off_behind_the_finish_reason_does_no_harm(Vertx vertx) {
        model.thenBreakOff(text("done."), finish("stop"));
        assertInstanceOf(End.Stop.class, run(vertx).end());
        assertEquals(1, model.bodies.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: {not json\n\n", "data: [1]\n\n", "data: \"x\"\n\n"})
    void garbage_fails_visibly(String garbage, Vertx vertx) {
        model.thenStream(text("so far so good"), garbage, finish("stop"), DONE);
        Running running = run(vertx);
        assertEquals("bad_stream", running.failure());
        assertEquals("so far so good", running.sink.text());
    }

    @Test
    void unexpected_types_count_as_absent(Vertx vertx) {
        model.thenStream(
                "data: {\"choices\":[{\"delta\":{\"content\":7,\"tool_calls\":\"x\"}}],\"usage\":[]}\n\n",
                "data: {\"choices\":{},\"usage\":{\"prompt_tokens\":\"many\"}}\n\n",
                "data: {}\n\n",
                text("ok"),
                finish("stop"),
                DONE);
        Running running = run(vertx);
        assertEquals(new End.Stop(Usage.UNKNOWN), running.end());
        assertEquals("ok", running.sink.text());
    }

    @Test
    void an_endless_line_is_refused(Vertx vertx) {
        model.then(response -> FakeModel.stream(response).write("data: " + "x".repeat(200_000)));
        assertEquals("bad_stream", run(vertx).failure());
        Running.await(model.closed());
    }

    @Test
    void a_server_that_does_not_stream_is_named(Vertx vertx) {
        model.then(response ->
                response.putHeader("content-type", "application/json").end("{\"choices\":[]}"));
        assertEquals("bad_stream", run(vertx).failure());
    }

    @Test
    void an_error_within_the_stream_is_the_models(Vertx vertx) {
        model.thenStream(text("well"), "data: {\"error\":{\"message\":\"out of memory\",\"code\":400}}\n\n");
        assertEquals(new End.Failed("model_error", "out of memory"), run(vertx).end());
    }

    @Test
    void without_a_model_nothing_is_asked(Vertx vertx) {
        OpenAiSettings nameless =
                OpenAiSettings.of(model.settings().baseUrl(), FakeModel.KEY, "").with(Running.QUICK);
        assertEquals(
                "unknown_model",
                Running.start(vertx, nameless, Talk.about("hi")).failure());
        assertEquals(0, model.bodies.size());
    }
}
