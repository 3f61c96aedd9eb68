package dev.sessionmesh.chaos.wire;

import static dev.sessionmesh.chaos.wire.OneNode.attached;
import static dev.sessionmesh.chaos.wire.OneNode.frame;
import static dev.sessionmesh.chaos.wire.OneNode.input;
import static dev.sessionmesh.chaos.wire.OneNode.session;
import static dev.sessionmesh.chaos.wire.OneNode.welcomed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that are well-formed WebSocket but not what the protocol allows: a coded error, and everything else goes on. */
@ExtendWith(OneNode.class)
@Timeout(60)
final class WireBadInputIT {

    private static void goesOn(RawSocket socket, String session) throws IOException {
        socket.send(frame("ping").put("id", "alive")).await("pong");
        socket.send(input("after-" + System.nanoTime(), "hello").put("session", session))
                .collectStatus("completed");
    }

    static Stream<Arguments> bad_texts() {
        String longId = "x".repeat(129);
        return Stream.of(
                Arguments.of("bad_json", "{"),
                Arguments.of("bad_json", ""),
                Arguments.of("bad_json", "[1]"),
                Arguments.of("bad_json", "\"attach\""),
                Arguments.of("bad_json", "null"),
                Arguments.of("bad_json", "{\"type\":\"ping\"} trailing"),
                Arguments.of("bad_json", "{\"type\":NaN}"),
                Arguments.of("bad_json", "[".repeat(20_000)),
                Arguments.of("bad_field", "{}"),
                Arguments.of("bad_field", "{\"type\":7}"),
                Arguments.of("bad_field", "{\"type\":null}"),
                Arguments.of("unknown_type", "{\"type\":\"\"}"),
                Arguments.of("unknown_type", "{\"type\":\"explode\"}"),
                Arguments.of("unknown_type", "{\"type\":\"attached\",\"session\":\"x\"}"),
                Arguments.of("bad_field", "{\"type\":\"attach\"}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":5}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":\"\"}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":\"x\",\"after\":\"0\"}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":\"x\",\"after\":-1}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":\"x\",\"after\":1.5}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":\"x\",\"after\":1e300}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":\"x\",\"after\":99999999999999999999}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":\"x\",\"pos\":5}"),
                Arguments.of("bad_field", "{\"type\":\"attach\",\"session\":\"x\",\"client\":{}}"),
                Arguments.of("bad_field", "{\"type\":\"input\",\"id\":\"b1\"}"),
                Arguments.of("bad_field", "{\"type\":\"input\",\"id\":\"b2\",\"text\":5}"),
                Arguments.of("bad_field", "{\"type\":\"input\",\"id\":\"b3\",\"text\":\"x\",\"policy\":\"explode\"}"),
                Arguments.of("bad_field", "{\"type\":\"input\",\"id\":5,\"text\":\"x\"}"),
                Arguments.of("bad_field", "{\"type\":\"input\",\"id\":\"\",\"text\":\"x\"}"),
                Arguments.of("bad_field", "{\"type\":\"input\",\"id\":\"a b\",\"text\":\"x\"}"),
                Arguments.of("bad_field", "{\"type\":\"input\",\"id\":\"" + longId + "\",\"text\":\"x\"}"),
                Arguments.of("bad_field", "{\"type\":\"approve\",\"id\":\"b4\"}"),
                Arguments.of("bad_field", "{\"type\":\"approve\",\"id\":\"b5\",\"callId\":[]}"),
                Arguments.of("bad_field", "{\"type\":\"steer\",\"id\":\"b6\"}"),
                Arguments.of("bad_field", "{\"type\":\"cancel\",\"id\":\"b7\",\"turn\":7}"),
                Arguments.of("bad_field", "{\"type\":\"tool_result\",\"id\":\"b8\",\"callId\":\"k1\"}"),
                Arguments.of("session_not_found", "{\"type\":\"attach\",\"session\":\"nowhere\",\"after\":0}"),
                Arguments.of(
                        "not_attached", "{\"type\":\"input\",\"id\":\"b9\",\"session\":\"nowhere\",\"text\":\"x\"}"),
                Arguments.of("not_attached", "{\"type\":\"detach\",\"session\":\"nowhere\"}"),
                Arguments.of("call_not_found", "{\"type\":\"approve\",\"id\":\"b10\",\"callId\":\"k9\"}"),
                Arguments.of("call_not_found", "{\"type\":\"reject\",\"id\":\"b11\",\"callId\":\"k9\"}"),
                Arguments.of(
                        "call_not_found", "{\"type\":\"tool_result\",\"id\":\"b12\",\"callId\":\"k9\",\"result\":1}"),
                Arguments.of("turn_not_found", "{\"type\":\"cancel\",\"id\":\"b13\"}"),
                Arguments.of("turn_not_found", "{\"type\":\"steer\",\"id\":\"b14\",\"instruction\":\"x\"}"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("bad_texts")
    void is_refused_with_its_code_and_nothing_else_changes(String code, String text) throws Exception {
        String session = session();
        try (RawSocket socket = attached(session)) {
            JsonObject error = socket.text(text).await("error");
            assertEquals(code, error.getString("code"), error::encode);
            assertFalse(error.getString("message").isEmpty(), error::encode);
            assertFalse(error.getBoolean("retryable"), error::encode);
            goesOn(socket, session);
        }
    }

    @Test
    void an_error_names_the_command_that_it_answers() throws Exception {
        try (RawSocket socket = attached(session())) {
            assertEquals(
                    "u7",
                    socket.text("{\"type\":\"explode\",\"id\":\"u7\"}")
                            .await("error")
                            .getString("id"));
            assertEquals(
                    "b7",
                    socket.text("{\"type\":\"input\",\"id\":\"b7\"}")
                            .await("error")
                            .getString("id"));
        }
    }

    @Test
    void a_position_beyond_the_head_is_refused() throws Exception {
        String session = session();
        try (RawSocket socket = welcomed()) {
            JsonObject attach = frame("attach").put("session", session).put("after", 1000);
            assertEquals("position_ahead", socket.send(attach).await("error").getString("code"));
            socket.send(attach.put("after", 0)).await("attached");
            goesOn(socket, session);
        }
    }

    @Test
    void a_position_that_cannot_be_read_is_refused() throws Exception {
        String session = session();
        try (RawSocket socket = welcomed()) {
            JsonObject attach = frame("attach").put("session", session).put("pos", "rubbish!");
            assertEquals("bad_position", socket.send(attach).await("error").getString("code"));
            socket.send(frame("attach").put("session", session).put("after", 0)).await("attached");
            goesOn(socket, session);
        }
    }

    @Test
    void a_command_on_a_connection_without_a_session_is_refused() throws Exception {
        try (RawSocket socket = welcomed()) {
            assertEquals(
                    "not_attached", socket.send(input("c1", "x")).await("error").getString("code"));
            socket.send(frame("ping").put("id", "alive")).await("pong");
        }
    }

    @Test
    void a_command_must_name_its_session_when_there_are_several() throws Exception {
        String left = session();
        String right = session();
        try (RawSocket socket = attached(left)) {
            socket.send(frame("attach").put("session", right).put("after", 0)).await("attached");
            assertEquals(
                    "ambiguous_session",
                    socket.send(input("c1", "x")).await("error").getString("code"));
            goesOn(socket, left);
            goesOn(socket, right);
        }
    }

    @Test
    void attaching_twice_is_refused() throws Exception {
        String session = session();
        try (RawSocket socket = attached(session)) {
            JsonObject attach = frame("attach").put("session", session).put("after", 0);
            assertEquals("already_attached", socket.send(attach).await("error").getString("code"));
            goesOn(socket, session);
        }
    }

    @Test
    void more_sessions_than_a_connection_may_follow_are_refused() throws Exception {
        try (RawSocket socket = OneNode.connect()) {
            int limit = socket.await("welcome").getJsonObject("limits").getInteger("sessionsPerConnection");
            String first = session();
            socket.send(frame("attach").put("session", first).put("after", 0)).await("attached");
            for (int i = 1; i < limit; i++) {
                socket.send(frame("attach").put("session", session()).put("after", 0))
                        .await("attached");
            }
            JsonObject attach = frame("attach").put("session", session()).put("after", 0);
            assertEquals("too_many_sessions", socket.send(attach).await("error").getString("code"));
            goesOn(socket, first);
        }
    }

    @Test
    void unknown_fields_are_ignored() throws Exception {
        String session = session();
        try (RawSocket socket = attached(session)) {
            socket.send(input("c1", "hello").put("colour", "green").put("nested", new JsonObject().put("a", 1)));
            socket.collectStatus("completed");
        }
    }

    @Test
    void a_field_beyond_its_limit_is_too_large_and_the_connection_survives() throws Exception {
        String session = session();
        try (RawSocket socket = OneNode.connect()) {
            int frameBytes = socket.await("welcome").getJsonObject("limits").getInteger("frameBytes");
            socket.send(frame("attach").put("session", session).put("after", 0)).await("attached");
            JsonObject error =
                    socket.send(input("c1", "x".repeat(frameBytes - 200))).await("error");
            assertEquals("too_large", error.getString("code"));
            assertEquals("c1", error.getString("id"));
            goesOn(socket, session);
        }
    }

    @Test
    void repeated_rubbish_closes_the_connection_with_4400() throws Exception {
        String session = session();
        try (RawSocket witness = attached(session);
                RawSocket socket = welcomed()) {
            for (int i = 0; i < 2000; i++) {
                try {
                    socket.text("{");
                } catch (IOException closedAlready) {
                    break;
                }
            }
            int code = socket.awaitClose().code();
            assertTrue(code == 4400 || code == 4429, "closed with " + code);
            goesOn(witness, session);
        }
    }

    @Test
    void a_flood_is_held_back_and_others_do_not_notice() throws Exception {
        String session = session();
        try (RawSocket witness = attached(session);
                RawSocket socket = attached(session())) {
            int sent = 0;
            try {
                for (; sent < 20_000; sent++) {
                    socket.send(frame("cancel").put("id", "f" + sent));
                }
            } catch (IOException closedAlready) {
                // the close is what is looked for below
            }
            goesOn(witness, session);
            int limited = 0;
            int code = 0;
            for (int i = 0; i < sent && code == 0; i++) {
                switch (socket.next()) {
                    case RawSocket.Got.Json(JsonObject f) ->
                        limited += "rate_limited".equals(f.getString("code")) ? 1 : 0;
                    case RawSocket.Got.Closed closed -> code = closed.code();
                }
            }
            assertTrue(limited > 0 || code == 4429, "limited " + limited + ", closed with " + code);
        }
    }
}
