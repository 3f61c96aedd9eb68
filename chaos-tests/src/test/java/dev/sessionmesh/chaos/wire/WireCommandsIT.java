package dev.sessionmesh.chaos.wire;

import static dev.sessionmesh.chaos.wire.OneNode.attached;
import static dev.sessionmesh.chaos.wire.OneNode.frame;
import static dev.sessionmesh.chaos.wire.OneNode.input;
import static dev.sessionmesh.chaos.wire.OneNode.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What commands do and answer, by docs/protocol.md, against a real node. */
@ExtendWith(OneNode.class)
@Timeout(60)
final class WireCommandsIT {

    private static JsonObject answer(RawSocket socket, String id) throws IOException {
        while (true) {
            JsonObject frame = socket.json();
            String type = frame.getString("type");
            if ((type.equals("ack") || type.equals("error")) && id.equals(frame.getString("id"))) {
                return frame;
            }
        }
    }

    private static JsonObject ask(RawSocket socket, JsonObject command) throws IOException {
        return answer(socket.send(command), command.getString("id"));
    }

    private static String code(RawSocket socket, JsonObject command) throws IOException {
        JsonObject answer = ask(socket, command);
        assertEquals("error", answer.getString("type"), answer::encode);
        assertFalse(answer.getString("message").isEmpty());
        assertNotNull(answer.getBoolean("retryable"), answer::encode);
        return answer.getString("code");
    }

    private static void acked(RawSocket socket, JsonObject command) throws IOException {
        JsonObject answer = ask(socket, command);
        assertEquals("ack", answer.getString("type"), answer::encode);
    }

    private static JsonObject command(String type, String id) {
        return frame(type).put("id", id);
    }

    private static JsonObject status(List<JsonObject> frames) {
        return frames.getLast();
    }

    private static String text(List<JsonObject> frames) {
        return frames.stream()
                .filter(f -> f.getString("type").equals("token"))
                .map(f -> f.getString("text"))
                .collect(Collectors.joining());
    }

    private static JsonObject only(List<JsonObject> frames, String type) {
        List<JsonObject> found =
                frames.stream().filter(f -> f.getString("type").equals(type)).toList();
        assertEquals(1, found.size(), () -> type + " in " + frames);
        return found.getFirst();
    }

    @Test
    void a_command_sent_again_gets_the_same_answer_and_no_second_effect() throws Exception {
        String session = session();
        try (RawSocket socket = attached(session);
                RawSocket other = attached(session)) {
            JsonObject first = ask(socket, input("c1", "hello"));
            assertFalse(first.containsKey("duplicate"));
            socket.collectStatus("completed");
            other.collectStatus("completed");
            for (RawSocket each : List.of(socket, other)) {
                JsonObject again = ask(each, input("c1", "hello"));
                assertEquals("ack", again.getString("type"));
                assertEquals(first.getLong("seq"), again.getLong("seq"));
                assertTrue(again.getBoolean("duplicate"));
            }
            List<JsonObject> after = socket.send(frame("ping").put("id", "p")).collect("pong");
            assertTrue(after.stream().noneMatch(f -> f.getString("type").equals("input")));
        }
    }

    @Test
    void an_id_used_with_another_body_is_a_conflict() throws Exception {
        try (RawSocket socket = attached(session())) {
            acked(socket, input("c1", "hello"));
            assertEquals("id_conflict", code(socket, input("c1", "goodbye")));
        }
    }

    @Test
    void a_client_numbered_id_below_the_window_is_refused_and_never_executed_again() throws Exception {
        String session = session();
        try (RawSocket socket = OneNode.welcomed()) {
            String client = socket.send(frame("attach").put("session", session).put("after", 0))
                    .await("attached")
                    .getString("client");
            for (int n = 1; n <= 66; n++) {
                acked(socket, input(client + ":" + n, "x"));
                socket.collectStatus("completed");
            }
            assertEquals("id_expired", code(socket, input(client + ":1", "x")));
            assertTrue(ask(socket, input(client + ":66", "x")).getBoolean("duplicate"));
        }
    }

    @Test
    void an_approved_call_is_run_and_a_later_decision_learns_who_was_first() throws Exception {
        String session = session();
        try (RawSocket socket = attached(session);
                RawSocket other = attached(session)) {
            List<JsonObject> before = socket.send(input("c1", "approve")).collectStatus("awaiting_approval");
            JsonObject call = only(before, "tool_call");
            assertEquals("deleteFile", call.getString("name"));
            assertEquals("draft.txt", call.getJsonObject("arguments").getString("path"));
            assertEquals("server", call.getString("executor"));
            assertEquals("required", call.getString("approval"));
            assertEquals("t1", call.getString("turn"));
            JsonObject approval = before.stream()
                    .filter(f -> f.getString("type").equals("approval"))
                    .findFirst()
                    .orElseGet(() -> awaited(socket, "approval"));
            assertEquals(call.getString("callId"), approval.getString("callId"));
            assertEquals("deleteFile", approval.getString("name"));
            assertNotNull(java.time.OffsetDateTime.parse(approval.getString("deadline")));
            String callId = call.getString("callId");
            List<JsonObject> rest =
                    socket.send(command("approve", "c2").put("callId", callId)).collectStatus("completed");
            JsonObject resolved = only(rest, "approval_resolved");
            assertEquals("approved", resolved.getString("decision"));
            assertEquals(callId, resolved.getString("callId"));
            assertEquals(only(rest, "ack").getLong("seq"), resolved.getLong("seq"));
            assertEquals(callId, only(rest, "tool_started").getString("callId"));
            assertEquals("ok", only(rest, "tool_result").getString("status"));
            assertEquals("done", text(rest));

            JsonObject late =
                    ask(other, command("reject", "d1").put("callId", callId).put("reason", "no"));
            assertEquals("already_decided", late.getString("code"));
            assertEquals("approved", late.getString("decision"));
            assertEquals(resolved.getString("by"), late.getString("decidedBy"));
            assertNotNull(java.time.OffsetDateTime.parse(late.getString("at")));
        }
    }

    private static JsonObject awaited(RawSocket socket, String type) {
        try {
            return socket.await(type);
        } catch (IOException e) {
            throw new AssertionError("no " + type, e);
        }
    }

    @Test
    void a_rejected_call_is_not_run() throws Exception {
        try (RawSocket socket = attached(session())) {
            List<JsonObject> before = socket.send(input("c1", "approve")).collectStatus("awaiting_approval");
            String callId = only(before, "tool_call").getString("callId");
            List<JsonObject> rest = socket.send(
                            command("reject", "c2").put("callId", callId).put("reason", "keep it"))
                    .collectStatus("completed");
            JsonObject resolved = only(rest, "approval_resolved");
            assertEquals("rejected", resolved.getString("decision"));
            assertEquals("keep it", resolved.getString("reason"));
            assertEquals("rejected", only(rest, "tool_result").getString("status"));
            assertTrue(rest.stream().noneMatch(f -> f.getString("type").equals("tool_started")));
            assertEquals("not done", text(rest));
        }
    }

    @Test
    void a_failing_model_ends_its_turn_visibly() throws Exception {
        try (RawSocket socket = attached(session())) {
            JsonObject failed = status(socket.send(input("c1", "fail")).collectStatus("failed"));
            assertEquals("t1", failed.getString("turn"));
            assertTrue(failed.getString("reason").contains("model exploded"), failed::encode);
            assertEquals("0 1 2 ", text(socket.send(input("c2", "hello")).collectStatus("completed")));
        }
    }

    @Test
    void a_front_end_tool_call_takes_the_first_result() throws Exception {
        String session = session();
        try (RawSocket socket = attached(session);
                RawSocket other = attached(session)) {
            List<JsonObject> before =
                    socket.send(input("c1", "tool pickColor {\"of\":\"sky\"}")).collectStatus("awaiting_tool");
            JsonObject call = only(before, "tool_call");
            assertEquals("client", call.getString("executor"));
            assertEquals("none", call.getString("approval"));
            assertEquals("pickColor", call.getString("name"));
            assertEquals("sky", call.getJsonObject("arguments").getString("of"));
            JsonObject result = command("tool_result", "c2")
                    .put("callId", call.getString("callId"))
                    .put("result", "blue");
            List<JsonObject> rest = socket.send(result).collectStatus("completed");
            assertEquals("ok", only(rest, "tool_result").getString("status"));
            assertEquals("blue", only(rest, "tool_result").getString("result"));
            assertEquals("blue", text(rest));
            String late = code(other, result.copy().put("id", "d1").put("result", "green"));
            assertTrue(List.of("already_decided", "wrong_state").contains(late), late);
        }
    }

    @Test
    void a_front_end_tool_may_fail() throws Exception {
        try (RawSocket socket = attached(session())) {
            List<JsonObject> before =
                    socket.send(input("c1", "tool pickColor {}")).collectStatus("awaiting_tool");
            JsonObject error = command("tool_result", "c2")
                    .put("callId", only(before, "tool_call").getString("callId"))
                    .put("error", "no display");
            JsonObject result = only(socket.send(error).collectStatus("completed"), "tool_result");
            assertEquals("error", result.getString("status"));
            assertEquals("no display", result.getString("error"));
        }
    }

    @Test
    void cancel_ends_the_running_turn_and_is_too_late_afterwards() throws Exception {
        try (RawSocket socket = attached(session())) {
            socket.send(input("c1", "slow 2000")).await("token");
            List<JsonObject> frames = socket.send(command("cancel", "c2")).collectStatus("cancelled");
            JsonObject cancelled = status(frames);
            assertEquals("t1", cancelled.getString("turn"));
            assertNotNull(cancelled.getString("by"));
            assertEquals("too_late", code(socket, command("cancel", "c3").put("turn", "t1")));
            assertEquals("too_late", code(socket, command("cancel", "c4")));
            assertEquals("turn_not_found", code(socket, command("cancel", "c5").put("turn", "t99")));
        }
    }

    @Test
    void a_steered_turn_says_whether_it_took_it_in() throws Exception {
        try (RawSocket socket = attached(session())) {
            socket.send(input("c1", "slow 100")).await("token");
            List<JsonObject> frames = socket.send(command("steer", "c2").put("instruction", "faster"))
                    .collectStatus("completed");
            JsonObject steer = only(frames, "steer");
            assertEquals("faster", steer.getString("instruction"));
            assertEquals("t1", steer.getString("turn"));
            String steerId = steer.getString("steerId");
            assertNotNull(steerId);
            JsonObject resolved = only(frames, "steer_resolved");
            assertEquals(steerId, resolved.getString("steerId"));
            assertNotNull(resolved.getBoolean("consumed"));
            assertEquals("too_late", code(socket, command("steer", "c3").put("instruction", "too late")));
        }
    }

    @Test
    void an_input_while_a_turn_runs_follows_its_policy() throws Exception {
        try (RawSocket socket = attached(session())) {
            socket.send(input("c1", "slow 2000")).await("token");
            assertEquals("turn_active", code(socket, input("c2", "x").put("policy", "reject")));
            acked(socket, input("c3", "queued").put("policy", "enqueue"));
            acked(socket, input("c4", "now").put("policy", "interrupt"));
            assertEquals("t1", status(socket.collectStatus("cancelled")).getString("turn"));
            socket.collectStatus("completed");
        }
    }

    @Test
    void queued_turns_run_one_after_the_other() throws Exception {
        try (RawSocket socket = attached(session())) {
            for (int i = 1; i <= 3; i++) {
                socket.send(input("c" + i, "slow 10"));
            }
            for (int i = 1; i <= 3; i++) {
                assertEquals("t" + i, status(socket.collectStatus("completed")).getString("turn"));
            }
        }
    }

    @Test
    void more_queued_turns_than_allowed_are_refused_for_the_moment() throws Exception {
        try (RawSocket socket = attached(session())) {
            socket.send(input("c0", "slow 5000")).await("token");
            JsonObject answer = ask(socket, input("c1", "x"));
            for (int i = 2; answer.getString("type").equals("ack") && i < 200; i++) {
                answer = ask(socket, input("c" + i, "x"));
            }
            assertEquals("queue_full", answer.getString("code"));
            assertTrue(answer.getBoolean("retryable"));
            acked(socket, command("cancel", "end"));
        }
    }
}
