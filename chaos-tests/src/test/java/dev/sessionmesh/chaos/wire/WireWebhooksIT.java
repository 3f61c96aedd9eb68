package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Webhooks of three real nodes to a real receiver. */
@Timeout(180)
final class WireWebhooksIT {
    private static final String ADMIN = "smk_0123456789abcdef0123456789abcdef";
    private static final String WRITER = "smk_aaaabbbbccccddddeeeeffff00001111";
    private static final String OTHER = "smk_fedcba9876543210fedcba9876543210";

    private static Lab lab;
    /** It asks n1, which no test here kills. */
    private static final NodeHttp NODE = new NodeHttp(() -> lab.node("n1").url());

    private static WebhookReceiver receiver;
    private static int names;

    @BeforeAll
    static void start() throws Exception {
        Path dir = Path.of("target", "wire-webhooks").toAbsolutePath();
        Files.createDirectories(dir);
        JsonArray keys = new JsonArray()
                .add(key("admin", "acme", ADMIN, "{\"*\":\"*\"}"))
                .add(key("writer", "acme", WRITER, "{\"*\":[\"read\",\"write\"],\"team-*\":\"*\"}"))
                .add(key("other", "other", OTHER, "{\"*\":\"*\"}"));
        Path file = Files.writeString(
                dir.resolve("keys.json"), new JsonObject().put("keys", keys).encode());
        lab = Lab.start(LabPlan.of(3, 2, Path.of("target", "wire-webhooks"))
                .withArguments(List.of("--api-keys=" + file, "--webhook-allow-private")));
        receiver = new WebhookReceiver(kid -> NodeHttp.published(lab.nodes(), kid));
    }

    @AfterAll
    static void stop() throws Exception {
        receiver.close();
        lab.close();
    }

    private static JsonObject key(String name, String tenant, String key, String sessions) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
        return new JsonObject()
                .put("name", name)
                .put("tenant", tenant)
                .put("sha256", HexFormat.of().formatHex(hash))
                .put("sessions", new JsonObject(sessions));
    }

    @Test
    void the_history_arrives_in_order_without_a_gap_and_once_by_id_though_a_node_is_killed() throws Exception {
        webhook("{\"id\":\"all\",\"url\":\"" + receiver.url("/all") + "\"}");
        List<String> sessions = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            sessions.add(session());
        }
        for (String session : sessions) {
            ask(session, "slow 60");
        }
        NodeHttp.awaitTrue("nothing came", () -> receiver.asked("/all") > 4);
        // It owns some of them: that it owns none has a probability of less than one percent.
        Node killed = lab.node("n2");
        killed.kill();
        killed.awaitGone();
        for (String session : sessions) {
            ask(session, "slow 5");
        }
        killed.start();
        for (String session : sessions) {
            NodeHttp.awaitTrue(session + " did not come to an end", () -> NODE.ended(session, ADMIN, 2));
            List<JsonObject> log = NODE.log(session, ADMIN);
            NodeHttp.awaitTrue(
                    () -> session + ": " + receiver.events("/all", session) + " of " + log,
                    () -> receiver.events("/all", session).size() > log.size());
            List<JsonObject> told = receiver.events("/all", session);
            List<JsonObject> data =
                    told.stream().map(event -> event.getJsonObject("data")).toList();
            assertEquals("session_created", data.getFirst().getString("type"), session);
            assertEquals("scripted:test", data.getFirst().getString("model"), session);
            assertEquals(log, data.subList(1, data.size()), session);
            told.forEach(event -> {
                assertEquals(event.getJsonObject("data").getString("type"), event.getString("type"));
                assertEquals(event.getJsonObject("data").getLong("seq"), event.getLong("seq"));
                assertFalse(event.getString("pos").isEmpty());
            });
        }
        assertEquals(List.of(), receiver.problems());
        lab.awaitAllReady(Duration.ofMinutes(2));
        deletionsArriveThoughANodeIsKilled(killed, sessions);
        JsonObject state = NODE.get("/v1/webhooks/all", ADMIN);
        assertEquals("ok", state.getString("state"), state::encode);
        assertEquals(3, state.getInteger("nodesAnswered"), state::encode);
        assertEquals(0, state.getInteger("sessionsBehind"), state::encode);
        NODE.send("DELETE", "/v1/webhooks/all", ADMIN, "");
    }

    private static void deletionsArriveThoughANodeIsKilled(Node killed, List<String> sessions) throws Exception {
        List<Long> heads = new ArrayList<>();
        for (String session : sessions) {
            heads.add(NODE.get("/v1/sessions/" + session, ADMIN).getLong("head"));
        }
        receiver.answer("/all", 503);
        for (String session : sessions) {
            assertEquals(
                    204,
                    NODE.send("DELETE", "/v1/sessions/" + session, ADMIN, "").statusCode());
        }
        killed.kill();
        killed.awaitGone();
        receiver.answer("/all", 204);
        for (int i = 0; i < sessions.size(); i++) {
            String session = sessions.get(i);
            NodeHttp.awaitTrue(session + ": its deletion is not told", () -> last(receiver.events("/all", session))
                    .getString("type")
                    .equals("session_deleted"));
            JsonObject end = last(receiver.events("/all", session));
            assertEquals(heads.get(i) + 1, end.getLong("seq"), session);
            assertFalse(end.containsKey("pos"), session);
        }
        assertEquals(List.of(), receiver.problems());
        killed.start();
        lab.awaitAllReady(Duration.ofMinutes(2));
    }

    private static JsonObject last(List<JsonObject> events) {
        return events.getLast();
    }

    @Test
    void a_receiver_that_fails_is_probed_and_gets_everything_in_the_end() throws Exception {
        receiver.answer("/broken", 500);
        receiver.answer("/moved", 307);
        receiver.answer("/silent", 0);
        for (String path : List.of("broken", "moved", "silent", "works")) {
            webhook("{\"id\":\"" + path + "\",\"url\":\"" + receiver.url("/" + path)
                    + "\",\"sessions\":[\"faulty-*\"],\"events\":[\"agent_status\"]}");
        }
        String session = session("faulty-1");
        ask(session, "slow 3");
        NodeHttp.awaitTrue("works did not", () -> completed("/works", session));
        for (String path : List.of("/broken", "/moved", "/silent")) {
            NodeHttp.awaitTrue(path + " was not asked", () -> receiver.asked(path) > 0);
        }
        NodeHttp.awaitTrue(
                "it is not told that it fails",
                () -> NODE.get("/v1/webhooks/broken", ADMIN).getString("state").equals("failing"));
        assertEquals("http_500", NODE.get("/v1/webhooks/broken", ADMIN).getString("lastError"));
        for (String path : List.of("/broken", "/moved", "/silent")) {
            receiver.answer(path, 204);
        }
        for (String path : List.of("/broken", "/moved", "/silent")) {
            NodeHttp.awaitTrue(path + " got nothing", () -> completed(path, session));
            assertEquals(receiver.events("/works", session), receiver.events(path, session));
        }
        assertEquals(0, receiver.asked("/elsewhere"));
        NodeHttp.awaitTrue(
                "it still fails",
                () -> NODE.get("/v1/webhooks/broken", ADMIN).getString("state").equals("ok"));
    }

    @Test
    void gone_pauses_resume_goes_on_and_a_replay_comes_again() throws Exception {
        receiver.answer("/gone", 410);
        webhook("{\"id\":\"gone\",\"url\":\"" + receiver.url("/gone") + "\",\"sessions\":[\"gone-*\"]}");
        String session = session("gone-1");
        ask(session, "slow 3");
        NodeHttp.awaitTrue(
                "it is not paused",
                () -> NODE.get("/v1/webhooks/gone", ADMIN).getString("state").equals("paused"));
        assertEquals("gone", NODE.get("/v1/webhooks/gone", ADMIN).getString("pausedBecause"));
        NodeHttp.awaitTrue("the turn did not end", () -> NODE.ended(session, ADMIN, 1));
        receiver.answer("/gone", 204);
        assertEquals(
                200, NODE.send("POST", "/v1/webhooks/gone/resume", ADMIN, "{}").statusCode());
        List<JsonObject> log = NODE.log(session, ADMIN);
        NodeHttp.awaitTrue(
                "it did not go on", () -> receiver.events("/gone", session).size() > log.size());
        long after = log.get(1).getLong("seq");
        assertEquals(
                202,
                NODE.send(
                                "POST",
                                "/v1/webhooks/gone/replay",
                                ADMIN,
                                "{\"session\":\"" + session + "\",\"after\":" + after + "}")
                        .statusCode());
        int again = log.size() - 2;
        NodeHttp.awaitTrue("no replay", () -> receiver.events("/gone", session).size() > log.size() + again);
        List<JsonObject> told = receiver.events("/gone", session).stream()
                .skip(1) // that it was created
                .map(event -> event.getJsonObject("data"))
                .toList();
        assertEquals(log, told.subList(0, log.size()));
        assertEquals(log.subList(2, log.size()), told.subList(log.size(), told.size()));
        assertEquals(List.of(), receiver.problems());
    }

    @Test
    void webhooks_are_for_those_who_administer_all_sessions_of_their_tenant() throws Exception {
        webhook("{\"id\":\"mine\",\"url\":\"" + receiver.url("/mine") + "\",\"sessions\":[\"none\"]}");
        String wanted = "{\"url\":\"https://a.example/\"}";
        for (String[] call : new String[][] {
            {"POST", "/v1/webhooks", wanted},
            {"GET", "/v1/webhooks", ""},
            {"GET", "/v1/webhooks/mine", ""},
            {"PUT", "/v1/webhooks/mine", wanted},
            {"DELETE", "/v1/webhooks/mine", ""},
            {"POST", "/v1/webhooks/mine/pause", "{}"},
            {"POST", "/v1/webhooks/mine/resume", "{}"},
            {"POST", "/v1/webhooks/mine/replay", "{\"session\":\"team-1\",\"after\":0}"},
        }) {
            assertEquals(401, NODE.send(call[0], call[1], "", call[2]).statusCode(), call[1]);
            assertEquals(403, NODE.send(call[0], call[1], WRITER, call[2]).statusCode(), call[1]);
        }
        assertEquals(404, NODE.send("GET", "/v1/webhooks/mine", OTHER, "").statusCode());
        assertEquals(404, NODE.send("DELETE", "/v1/webhooks/mine", OTHER, "").statusCode());
        assertEquals(0, NODE.get("/v1/webhooks", OTHER).getJsonArray("webhooks").size());
        assertEquals(
                400,
                NODE.send("POST", "/v1/webhooks", ADMIN, "{\"url\":\"http://169.254.169.254/latest\"}")
                        .statusCode());
    }

    private static void webhook(String body) throws IOException {
        HttpResponse<String> made = NODE.send("POST", "/v1/webhooks", ADMIN, body);
        assertEquals(201, made.statusCode(), made::body);
    }

    private static String session() throws IOException {
        return session("hook-" + ++names);
    }

    private static String session(String id) throws IOException {
        HttpResponse<String> made =
                NODE.send("POST", "/v1/sessions", ADMIN, "{\"id\":\"" + id + "\",\"model\":\"scripted:test\"}");
        assertEquals(201, made.statusCode(), made::body);
        return id;
    }

    private static void ask(String session, String text) throws Exception {
        String id = "i" + ++names;
        NodeHttp.awaitTrue(
                "the input is not taken",
                () -> NODE.send(
                                        "POST",
                                        "/v1/sessions/" + session + "/inputs",
                                        ADMIN,
                                        "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}")
                                .statusCode()
                        == 202);
    }

    private static boolean completed(String path, String session) {
        return receiver.events(path, session).stream().anyMatch(event -> "completed"
                .equals(event.getJsonObject("data").getString("status")));
    }
}
