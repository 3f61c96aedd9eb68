package dev.sessionmesh.provider.openai;

import static dev.sessionmesh.provider.openai.FakeModel.DONE;
import static dev.sessionmesh.provider.openai.FakeModel.finish;
import static dev.sessionmesh.provider.openai.FakeModel.reasoning;
import static dev.sessionmesh.provider.openai.FakeModel.text;
import static dev.sessionmesh.provider.openai.FakeModel.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.Provider.End;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.provider.Talk;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class StreamingTest {
    private FakeModel model;

    @BeforeEach
    void serve(Vertx vertx) {
        model = new FakeModel(vertx);
    }

    @Test
    void pieces_come_as_the_model_gives_them(Vertx vertx) {
        model.thenStream(text("Hel"), text("lo"), text(""), text("!"), finish("stop"), usage(7, 3), DONE);
        Running running = Running.start(vertx, model.settings(), Talk.about("hi"));
        assertEquals(new End.Stop(new Usage(7, 3)), running.end());
        assertEquals(List.of("Hel", "lo", "!"), running.sink.pieces);
    }

    @Test
    void the_request_asks_for_a_stream_of_the_model(Vertx vertx) {
        model.thenStream(text("ok"), finish("stop"), DONE);
        Running.start(vertx, model.settings(), Talk.about("hi")).end();
        JsonObject body = model.bodies.getFirst();
        assertEquals("tiny", body.getString("model"));
        assertTrue(body.getBoolean("stream"));
        assertTrue(body.getJsonObject("stream_options").getBoolean("include_usage"));
        assertFalse(body.containsKey("tools"));
        assertEquals("/v1/chat/completions", model.requests.getFirst().path());
        assertEquals(
                "Bearer " + FakeModel.KEY.reveal(), model.requests.getFirst().getHeader("authorization"));
        assertEquals(Talk.TRACE, model.requests.getFirst().getHeader("traceparent"));
    }

    @Test
    void reasoning_is_kept_apart(Vertx vertx) {
        model.thenStream(reasoning("let me "), reasoning("see"), text("42"), finish("stop"), DONE);
        Running running = Running.start(vertx, model.settings(), Talk.about("hi"));
        running.end();
        assertEquals("let me see", running.sink.reasoning());
        assertEquals("42", running.sink.text());
    }

    @Test
    void slow_bytes_in_the_most_awkward_chunks_make_no_difference(Vertx vertx) {
        Buffer bytes = Buffer.buffer(
                ": comment\r\n\r\n" + text("Grüße 🙂").replace("\n", "\r\n") + text("!") + finish("stop") + DONE);
        model.then(response -> trickle(vertx, FakeModel.stream(response), bytes, 0));
        Running running = Running.start(vertx, model.settings().with(Running.QUICK), Talk.about("hi"));
        assertEquals(new End.Stop(Usage.UNKNOWN), running.end());
        assertEquals("Grüße 🙂!", running.sink.text());
    }

    private static void trickle(Vertx vertx, HttpServerResponse response, Buffer bytes, int at) {
        if (at == bytes.length()) {
            response.end();
        } else {
            response.write(bytes.slice(at, at + 1));
            vertx.setTimer(2, next -> trickle(vertx, response, bytes, at + 1));
        }
    }

    @Test
    void an_answer_without_done_is_complete_when_the_model_said_why_it_stopped(Vertx vertx) {
        model.thenStream(text("fine"), finish("stop"));
        Running running = Running.start(vertx, model.settings(), Talk.about("hi"));
        assertEquals(new End.Stop(Usage.UNKNOWN), running.end());
        assertEquals("fine", running.sink.text());
        assertEquals(1, model.bodies.size());
    }

    @Test
    void a_character_that_came_in_halves_is_put_together(Vertx vertx) {
        model.thenStream(
                "data: {\"choices\":[{\"delta\":{\"content\":\"a\\ud83d\"}}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":\"\\ude42b\"}}]}\n\n",
                finish("stop"),
                DONE);
        Running running = Running.start(vertx, model.settings(), Talk.about("hi"));
        running.end();
        assertEquals(List.of("a", "🙂b"), running.sink.pieces);
    }

    @Test
    void length_and_content_filter_are_failures(Vertx vertx) {
        model.thenStream(text("Once upon"), finish("length"), DONE);
        assertEquals(
                "length",
                Running.start(vertx, model.settings(), Talk.about("hi")).failure());
        model.thenStream(text("Once upon"), finish("content_filter"), DONE);
        assertEquals(
                "content_filter",
                Running.start(vertx, model.settings(), Talk.about("hi")).failure());
    }

    @Test
    void steering_is_told_to_the_model_and_acknowledged_when_it_answers(Vertx vertx) {
        model.thenStream(text("ok"), finish("stop"), DONE);
        Running running = Running.start(
                vertx,
                model.settings(),
                Talk.about("hi").steer("t1", "s1", "be brief").steer("t1", "s2", "be kind"));
        running.end();
        assertEquals(List.of("s1", "s2"), running.sink.steered);
        assertTrue(model.bodies.getFirst().encode().contains("be brief"));
    }

    @Test
    void long_payloads_are_read_first(Vertx vertx) {
        model.thenStream(text("ok"), finish("stop"), DONE);
        Talk talk = new Talk().user("t1", new Payload.Blob("ab", 40_000));
        Running.start(vertx, model.settings(), talk).end();
        assertEquals(
                "blob of 40000",
                model.bodies
                        .getFirst()
                        .getJsonArray("messages")
                        .getJsonObject(0)
                        .getString("content"));
    }

    @Test
    void cancelling_closes_the_connection_and_silences_the_step(Vertx vertx) {
        model.then(response -> FakeModel.stream(response).write(text("one")));
        Promise<Void> spoke = Promise.promise();
        Running running = Running.start(
                vertx,
                model.settings(),
                Talk.about("hi"),
                prepared -> prepared.sink.onPiece(count -> spoke.tryComplete()));
        Running.await(spoke.future());
        running.then(step -> step.cancel());
        Running.await(model.closed());
        assertFalse(running.sink.end().isComplete());
        assertEquals(1, model.bodies.size());
    }

    /** With small buffers in the kernel, so that they don't swallow the whole answer. */
    @Test
    void a_paused_step_makes_the_server_wait(Vertx vertx) {
        int events = 256;
        String event = text("x".repeat(32_768));
        Promise<Integer> stalled = Promise.promise();
        model = new FakeModel(vertx, new HttpServerOptions().setSendBufferSize(65_536));
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setReceiveBufferSize(65_536));
        Promise<Void> paused = Promise.promise();
        model.then(response -> {
            Context server = vertx.getOrCreateContext();
            FakeModel.stream(response).write(event);
            paused.future()
                    .onSuccess(now -> server.runOnContext(go -> pour(vertx, response, event, events - 1, stalled)));
        });
        Running running = Running.start(
                vertx,
                client,
                model.settings(),
                Talk.about("hi"),
                prepared -> prepared.sink.onPiece(count -> {
                    if (count == 1) {
                        prepared.step().pause();
                        paused.complete();
                    }
                }));
        int written = Running.await(stalled.future());
        assertTrue(written < events, "the server was stopped after " + written + " events");
        assertTrue(running.sink.pieces.size() < 64, running.sink.pieces.size() + " pieces came after the pause");
        running.then(step -> step.resume());
        assertEquals(new End.Stop(Usage.UNKNOWN), running.end());
        assertEquals(events, running.sink.pieces.size());
    }

    /** Writes as fast as it may; stalled when it may not for a while. */
    private static void pour(
            Vertx vertx, HttpServerResponse response, String event, int left, Promise<Integer> stalled) {
        int rest = left;
        while (rest > 0 && !response.writeQueueFull()) {
            response.write(event);
            rest--;
        }
        if (rest == 0) {
            response.end(finish("stop") + DONE);
            return;
        }
        int remaining = rest;
        long timer = vertx.setTimer(500, nothing -> stalled.tryComplete(256 - remaining));
        response.drainHandler(drained -> {
            vertx.cancelTimer(timer);
            pour(vertx, response, event, remaining, stalled);
        });
    }
}
