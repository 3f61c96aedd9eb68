package dev.sessionmesh.chaos.wire;

import static dev.sessionmesh.chaos.wire.OneNode.attached;
import static dev.sessionmesh.chaos.wire.OneNode.frame;
import static dev.sessionmesh.chaos.wire.OneNode.input;
import static dev.sessionmesh.chaos.wire.OneNode.session;
import static dev.sessionmesh.chaos.wire.OneNode.welcomed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The literal frames of docs/protocol.md, against a real node: attaching, the log, resuming. */
@ExtendWith(OneNode.class)
@Timeout(60)
final class WireIT {

    /** The logged frames, checked to be contiguous from {@code first} on. */
    private static List<JsonObject> logged(List<JsonObject> frames, long first) {
        List<JsonObject> logged = frames.stream()
                .filter(f -> f.containsKey("seq") && !f.getString("type").equals("ack"))
                .toList();
        long expected = first;
        for (JsonObject frame : logged) {
            assertEquals(expected, frame.getLong("from", frame.getLong("seq")), frame::encode);
            expected = frame.getLong("seq") + 1;
        }
        return logged;
    }

    private static String text(List<JsonObject> frames) {
        return frames.stream()
                .filter(f -> f.getString("type").equals("token"))
                .map(f -> f.getString("text"))
                .collect(Collectors.joining());
    }

    private static String counted(int n) {
        return IntStream.range(0, n).mapToObj(i -> i + " ").collect(Collectors.joining());
    }

    /** Asks and reads to the end of the turn. */
    private static List<JsonObject> turn(RawSocket socket, JsonObject input) throws IOException {
        return socket.send(input).collectStatus("completed");
    }

    @Test
    void the_first_frame_is_a_welcome_with_the_limits() throws Exception {
        try (RawSocket socket = OneNode.connect()) {
            JsonObject welcome = socket.json();
            assertEquals("welcome", welcome.getString("type"));
            assertEquals(1, welcome.getInteger("protocol"));
            assertEquals("n1", welcome.getString("node"));
            assertFalse(welcome.getString("connection").isEmpty());
            assertTrue(welcome.getLong("heartbeatMs") > 0);
            assertTrue(welcome.getJsonObject("limits").getInteger("sessionsPerConnection") > 0, welcome::encode);
        }
    }

    @Test
    void a_turn_looks_as_the_manual_shows_it() throws Exception {
        String session = session();
        try (RawSocket socket = welcomed()) {
            JsonObject attached = socket.send(
                            frame("attach").put("session", session).put("after", 0))
                    .await("attached");
            assertEquals(session, attached.getString("session"));
            assertEquals(0, attached.getInteger("head"));
            assertTrue(attached.getBoolean("resumed"));
            assertFalse(attached.getString("pos").isEmpty());
            assertFalse(attached.getString("client").isEmpty());

            List<JsonObject> frames = turn(socket, input("c1", "slow 40").put("session", session));
            JsonObject ack = frames.stream()
                    .filter(f -> f.getString("type").equals("ack"))
                    .findFirst()
                    .orElseThrow();
            assertEquals("c1", ack.getString("id"));
            assertEquals(session, ack.getString("session"));
            assertEquals(1, ack.getInteger("seq"));
            assertNull(ack.getValue("duplicate"));

            List<JsonObject> log = logged(frames, 1);
            JsonObject input = log.get(0);
            assertEquals("input", input.getString("type"));
            assertEquals(session, input.getString("session"));
            assertEquals("c1", input.getString("id"));
            assertEquals("u1", input.getString("messageId"));
            assertEquals("t1", input.getString("turn"));
            assertEquals("slow 40", input.getString("text"));
            assertNotNull(input.getString("actor"));
            assertNotNull(java.time.OffsetDateTime.parse(input.getString("at")));
            JsonObject received = log.get(1);
            assertEquals("turn", received.getString("type"));
            assertEquals("t1", received.getString("turn"));
            assertEquals("received", received.getString("status"));
            assertEquals("c1", received.getString("input"));
            JsonObject running = log.get(2);
            assertEquals("in_progress", running.getString("status"));
            assertEquals(1, running.getInteger("runEpoch"));
            assertEquals("n1", running.getString("runner"));
            log.stream()
                    .filter(f -> f.getString("type").equals("token"))
                    .forEach(f -> assertEquals("m1", f.getString("messageId")));
            assertEquals(counted(40), text(log));
            JsonObject completed = log.getLast();
            assertEquals(44, completed.getInteger("seq"));
            assertEquals("t1", completed.getString("turn"));
            assertEquals(1, completed.getInteger("runEpoch"));
        }
    }

    @Test
    void the_path_of_a_session_attaches_by_itself_and_commands_need_no_session() throws Exception {
        String session = session();
        try (RawSocket socket = new RawSocket(OneNode.url(), "/v1/sessions/" + session + "/ws?after=0")) {
            assertEquals(session, socket.await("attached").getString("session"));
            logged(turn(socket, input("c1", "hello")), 1);
        }
    }

    @Test
    void the_path_of_a_session_takes_a_position_or_gives_a_snapshot() throws Exception {
        String session = session();
        String pos;
        try (RawSocket socket = attached(session)) {
            turn(socket, input("c1", "hello"));
        }
        try (RawSocket socket = new RawSocket(OneNode.url(), "/v1/sessions/" + session + "/ws")) {
            JsonObject attached = socket.await("attached");
            assertFalse(attached.getBoolean("resumed"));
            pos = attached.getString("pos");
        }
        try (RawSocket socket = new RawSocket(
                OneNode.url(),
                "/v1/sessions/" + session + "/ws?pos="
                        + java.net.URLEncoder.encode(pos, java.nio.charset.StandardCharsets.UTF_8))) {
            assertTrue(socket.await("attached").getBoolean("resumed"));
        }
    }

    @Test
    void without_a_position_a_snapshot_comes_first_and_then_what_follows() throws Exception {
        String session = session();
        try (RawSocket first = attached(session);
                RawSocket later = welcomed()) {
            long head = turn(first, input("c1", "slow 3")).getLast().getLong("seq");
            JsonObject attached =
                    later.send(frame("attach").put("session", session)).await("attached");
            assertFalse(attached.getBoolean("resumed"));
            assertEquals("new", attached.getString("reason"));
            assertEquals(head, attached.getLong("head"));
            JsonObject snapshot = attached.getJsonObject("snapshot");
            assertEquals(head, snapshot.getLong("seq"));
            assertNotNull(snapshot.getJsonArray("turns"));
            assertNotNull(snapshot.getJsonArray("approvals"));
            assertNotNull(snapshot.getJsonArray("toolCalls"));
            List<JsonObject> messages = new ArrayList<>();
            for (int i = 0; i < snapshot.getInteger("messages"); i++) {
                messages.add(later.await("message"));
            }
            assertEquals(
                    List.of("user", "assistant"),
                    messages.stream().map(m -> m.getString("role")).toList());
            assertEquals(
                    List.of("u1", "m1"),
                    messages.stream().map(m -> m.getString("messageId")).toList());
            assertEquals(
                    List.of("slow 3", "0 1 2 "),
                    messages.stream().map(m -> m.getString("text")).toList());
            assertEquals("complete", messages.getLast().getString("status"));
            assertEquals("t1", messages.getLast().getString("turn"));
            first.send(input("c2", "hello"));
            logged(later.collectStatus("completed"), head + 1);
        }
    }

    @Test
    void a_snapshot_amid_a_turn_is_continued_by_the_log_without_a_gap() throws Exception {
        String session = session();
        try (RawSocket first = attached(session);
                RawSocket later = welcomed()) {
            first.send(input("c1", "slow 60"));
            first.await("token");
            JsonObject attached =
                    later.send(frame("attach").put("session", session)).await("attached");
            JsonObject snapshot = attached.getJsonObject("snapshot");
            StringBuilder said = new StringBuilder();
            for (int i = 0; i < snapshot.getInteger("messages"); i++) {
                JsonObject message = later.await("message");
                said.append(message.getString("role").equals("assistant") ? message.getString("text") : "");
            }
            JsonObject turn = snapshot.getJsonArray("turns").getJsonObject(0);
            assertEquals("t1", turn.getString("id"));
            assertEquals("in_progress", turn.getString("status"));
            assertEquals(1, turn.getInteger("runEpoch"));
            assertEquals("n1", turn.getString("runner"));
            assertEquals("c1", turn.getString("input"));
            List<JsonObject> rest = logged(later.collectStatus("completed"), snapshot.getLong("seq") + 1);
            assertEquals(counted(60), said + text(rest));
        }
    }

    @Test
    void attaching_after_any_seq_continues_exactly_there() throws Exception {
        String session = session();
        try (RawSocket socket = attached(session)) {
            long head = turn(socket, input("c1", "slow 20")).getLast().getLong("seq");
            for (long after = 0; after <= head; after += 3) {
                try (RawSocket other = welcomed()) {
                    JsonObject attached = other.send(
                                    frame("attach").put("session", session).put("after", after))
                            .await("attached");
                    assertTrue(attached.getBoolean("resumed"));
                    List<JsonObject> frames = after == head ? List.of() : other.collectStatus("completed");
                    List<JsonObject> log = logged(
                            frames.isEmpty() || frames.getLast().getLong("seq") == head ? frames : List.of(),
                            after + 1);
                    if (after < head) {
                        assertEquals(head, log.getLast().getLong("seq"));
                        long tokens = Math.max(0, Math.min(20, 23 - after));
                        assertTrue(counted(20).endsWith(text(log)), text(log));
                        assertEquals(tokens, text(log).isEmpty() ? 0 : text(log).split(" ").length);
                    }
                }
            }
        }
    }

    @Test
    void a_position_with_its_lineage_is_resumed() throws Exception {
        String session = session();
        try (RawSocket socket = welcomed();
                RawSocket again = welcomed()) {
            JsonObject attached = socket.send(
                            frame("attach").put("session", session).put("after", 0))
                    .await("attached");
            long head = turn(socket, input("c1", "slow 5")).getLast().getLong("seq");
            JsonObject resumed = again.send(frame("attach")
                            .put("session", session)
                            .put("after", 4)
                            .put("pos", attached.getString("pos"))
                            .put("client", attached.getString("client")))
                    .await("attached");
            assertTrue(resumed.getBoolean("resumed"), resumed::encode);
            assertEquals(head, resumed.getLong("head"));
            assertEquals(attached.getString("client"), resumed.getString("client"));
            logged(again.collectStatus("completed"), 5);
        }
    }

    @Test
    void clients_are_told_apart() throws Exception {
        String session = session();
        try (RawSocket one = welcomed();
                RawSocket two = welcomed()) {
            JsonObject attach = frame("attach").put("session", session).put("after", 0);
            assertNotEquals(
                    one.send(attach).await("attached").getString("client"),
                    two.send(attach).await("attached").getString("client"));
        }
    }

    @Test
    void two_tabs_see_the_same_log() throws Exception {
        String session = session();
        try (RawSocket one = attached(session);
                RawSocket two = attached(session)) {
            List<JsonObject> first = logged(turn(one, input("c1", "slow 30")), 1);
            List<JsonObject> second = logged(two.collectStatus("completed"), 1);
            assertEquals(text(first), text(second));
            assertEquals(first.getLast(), second.getLast());
        }
    }

    @Test
    void detached_is_the_last_that_is_heard_of_a_session() throws Exception {
        String session = session();
        try (RawSocket socket = attached(session);
                RawSocket other = attached(session)) {
            assertEquals(
                    session,
                    socket.send(frame("detach").put("session", session))
                            .await("detached")
                            .getString("session"));
            turn(other, input("c1", "hello"));
            List<JsonObject> rest = socket.send(frame("ping").put("id", "p1")).collect("pong");
            assertEquals(List.of(), logged(rest, 1));
        }
    }

    @Test
    void one_connection_follows_several_sessions() throws Exception {
        String left = session();
        String right = session();
        try (RawSocket socket = attached(left)) {
            socket.send(frame("attach").put("session", right).put("after", 0)).await("attached");
            socket.send(input("c1", "slow 10").put("session", left));
            socket.send(input("c1", "slow 10").put("session", right));
            List<JsonObject> frames = socket.collectStatus("completed");
            frames.addAll(socket.collectStatus("completed"));
            for (String session : List.of(left, right)) {
                List<JsonObject> own = frames.stream()
                        .filter(f -> session.equals(f.getString("session")))
                        .toList();
                assertEquals(counted(10), text(logged(own, 1)));
            }
        }
    }

    @Test
    void a_ping_is_answered_with_its_id() throws Exception {
        try (RawSocket socket = welcomed()) {
            assertEquals(
                    "p7",
                    socket.send(frame("ping").put("id", "p7")).await("pong").getString("id"));
        }
    }
}
