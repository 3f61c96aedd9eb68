package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.impl.jose.JWK;
import io.vertx.ext.auth.impl.jose.JWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may do what, between three real nodes and people who try to do more. docs/security.md names these tests. */
@Timeout(120)
final class WireAccessIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonObject KEY = new JsonObject()
            .put("kty", "oct")
            .put("alg", "HS256")
            .put("kid", "test")
            .put(
                    "k",
                    Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII)));
    private static final String BACK_END = "smk_0123456789abcdef0123456789abcdef";
    private static final String OTHER_BACK_END = "smk_fedcba9876543210fedcba9876543210";
    private static final String CAPPED_BACK_END = "smk_00112233445566778899aabbccddeeff";
    private static final int SESSIONS_MOST = 6;
    private static final JWT SIGNER = new JWT().addJWK(new JWK(KEY));
    /** What a revocation may take to end connections on every node; a second is promised, and a busy machine is no fault of it. */
    private static final long WITHIN_MILLIS = 3_000;

    private static int sessions;
    private static Lab lab;

    @BeforeAll
    static void start() throws Exception {
        Path dir = Path.of("target", "wire-access").toAbsolutePath();
        Files.createDirectories(dir);
        Path keys = Files.writeString(
                dir.resolve("keys.json"),
                new JsonObject().put("keys", new JsonArray().add(KEY)).encode());
        Path backEnds = Files.writeString(
                dir.resolve("back-ends.json"),
                new JsonObject()
                        .put(
                                "keys",
                                new JsonArray()
                                        .add(backEnd("backend", "acme", BACK_END))
                                        .add(backEnd("other-backend", "other", OTHER_BACK_END))
                                        .add(backEnd("capped-backend", "capped", CAPPED_BACK_END)))
                        .encode());
        Path limits = Files.writeString(
                dir.resolve("limits.json"), "{\"tenants\":{\"capped\":{\"sessions\":" + SESSIONS_MOST + "}}}");
        lab = Lab.start(LabPlan.of(3, 2, Path.of("target", "wire-access"))
                .withArguments(List.of("--jwt-keys=" + keys, "--api-keys=" + backEnds, "--tenant-limits=" + limits)));
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    private static JsonObject backEnd(String name, String tenant, String key) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
        return new JsonObject()
                .put("name", name)
                .put("tenant", tenant)
                .put("sha256", HexFormat.of().formatHex(hash))
                .put("sessions", new JsonObject().put("*", "*"));
    }

    private static String token(String user, String sessions) {
        return token(user, sessions, 600);
    }

    private static String token(String user, String sessions, int seconds) {
        long now = System.currentTimeMillis() / 1000;
        JsonObject claims = new JsonObject()
                .put("sub", user)
                .put("tenant", "acme")
                .put("jti", user + "-" + System.nanoTime())
                .put("iat", now)
                .put("exp", now + seconds)
                .put("sessions", new JsonObject(sessions));
        return SIGNER.sign(claims, new JWTOptions().setAlgorithm("HS256").setNoTimestamp(true));
    }

    @Test
    void without_a_credential_or_with_a_bad_one_nothing_is_answered_but_that() throws Exception {
        String session = session();
        String forged = token("alice", "{\"*\":\"*\"}");
        forged = forged.substring(0, forged.length() - 4) + "AAAA";
        for (String credential : new String[] {"", "rubbish", forged, "smk_00000000000000000000000000000000"}) {
            for (String path : List.of(
                    "/v1/sessions", "/v1/sessions/" + session, "/v1/sessions/" + session + "/events", "/v1/cluster")) {
                refused(401, "unauthorized", get("n1", credential, path));
            }
            refused(
                    401,
                    "unauthorized",
                    post("n1", credential, "/v1/sessions/" + session + "/inputs", "{\"text\":\"hi\"}"));
            refused(401, "unauthorized", post("n1", credential, "/v1/tickets", ""));
            try (RawSocket socket = new RawSocket(url("n2"), "/v1/ws", bearer(credential))) {
                assertEquals("unauthorized", socket.await("error").getString("code"));
                assertEquals(4401, socket.awaitClose().code());
            }
        }
        try (RawSocket socket =
                new RawSocket(url("n2"), "/v1/sessions/" + session + "/ws?token=" + token("alice", "{\"*\":\"*\"}"))) {
            assertEquals(
                    "unauthorized",
                    socket.await("error").getString("code"),
                    "a token in the address counts for nothing");
        }
        assertEquals(200, get("n1", "", "/health/ready").statusCode());
        assertEquals(200, get("n1", "", "/v1/openapi.json").statusCode());
    }

    @Test
    void a_tenants_sessions_are_counted_wherever_they_are_made_and_lie() throws Exception {
        int made = 0;
        int refusals = 0;
        // Until every node has refused in turn: how soon one hears of what the others made depends on how long they
        // count.
        for (int asked = 0, inARow = 0; inARow < 3 && asked < 60; asked++) {
            HttpResponse<String> answer =
                    post("n" + (asked % 3 + 1), CAPPED_BACK_END, "/v1/sessions", "{\"model\":\"scripted:test\"}");
            if (answer.statusCode() == 201) {
                made++;
                inARow = 0;
            } else {
                refused(409, "too_many_sessions", answer);
                refusals++;
                inARow++;
            }
            Thread.sleep(200);
        }
        assertTrue(made >= SESSIONS_MOST && made < 3 * SESSIONS_MOST, "made " + made + ", as if each node were alone");
        JsonObject usage =
                new JsonObject(get("n2", CAPPED_BACK_END, "/v1/usage").body());
        assertEquals(made, usage.getInteger("sessions"), usage::encode);
        assertEquals(made + refusals, usage.getInteger("sessionsMade"), usage::encode);
        assertEquals(refusals, usage.getJsonObject("limited").getInteger("sessions"), usage::encode);
        assertEquals(3, usage.getInteger("nodesAnswered"), usage::encode);
        assertEquals(SESSIONS_MOST, usage.getJsonObject("limits").getInteger("sessions"), usage::encode);
        int owned = 0;
        for (String node : List.of("n1", "n2", "n3")) {
            owned += new JsonObject(get(node, "", "/admin/tenants").body())
                    .getJsonObject("tenants")
                    .getJsonObject("capped")
                    .getInteger("sessions");
        }
        assertEquals(made, owned);
    }

    @Test
    void every_command_needs_its_grant() throws Exception {
        String session = session();
        String reads = token("reader", "{\"" + session + "\":[\"read\"]}");
        try (RawSocket socket = attached("n1", reads, session)) {
            for (JsonObject command : List.of(
                    new JsonObject().put("type", "input").put("text", "hi"),
                    new JsonObject().put("type", "cancel").put("turn", "t1"),
                    new JsonObject().put("type", "steer").put("turn", "t1").put("instruction", "left"),
                    new JsonObject()
                            .put("type", "tool_result")
                            .put("callId", "k1")
                            .put("result", 1),
                    new JsonObject().put("type", "approve").put("callId", "k1"),
                    new JsonObject().put("type", "reject").put("callId", "k1"))) {
                JsonObject error = socket.send(command.put("id", "c-" + command.getString("type")))
                        .await("error");
                assertEquals("forbidden", error.getString("code"), command::encode);
                refused(403, "forbidden", post("n2", reads, "/v1/sessions/" + session + "/commands", command.encode()));
            }
        }
        refused(403, "forbidden", delete("n3", reads, "/v1/sessions/" + session));
        refused(403, "forbidden", post("n3", reads, "/v1/sessions", "{\"id\":\"" + session + "-2\"}"));
        String writes = token("writer", "{\"" + session + "\":[\"write\"]}");
        refused(403, "forbidden", get("n1", writes, "/v1/sessions/" + session));
        refused(403, "forbidden", get("n1", writes, "/v1/sessions/" + session + "/events"));
        refused(403, "forbidden", get("n1", writes, "/v1/sessions/" + session + "/messages"));
        assertEquals(
                202,
                post("n1", writes, "/v1/sessions/" + session + "/inputs", "{\"text\":\"hi\"}")
                        .statusCode());
        try (RawSocket socket = new RawSocket(url("n1"), "/v1/sessions/" + session + "/ws", bearer(writes))) {
            assertEquals("forbidden", socket.await("error").getString("code"));
        }
        JsonArray inputs = new JsonArray();
        new JsonObject(get("n1", BACK_END, "/v1/sessions/" + session + "/events")
                        .body())
                .getJsonArray("events").stream()
                        .map(JsonObject.class::cast)
                        .filter(event -> event.getString("type").equals("input"))
                        .forEach(event -> inputs.add(event.getString("actor")));
        assertEquals(
                new JsonArray().add("writer"), inputs, "the token's user is who said it, and nothing else was taken");
    }

    @Test
    void tenants_see_nothing_of_each_other() throws Exception {
        String session = session();
        refused(404, "session_not_found", get("n1", OTHER_BACK_END, "/v1/sessions/" + session));
        refused(
                404,
                "session_not_found",
                post("n2", OTHER_BACK_END, "/v1/sessions/" + session + "/inputs", "{\"text\":\"hi\"}"));
        assertEquals(
                201,
                post("n1", OTHER_BACK_END, "/v1/sessions", "{\"id\":\"" + session + "\",\"model\":\"scripted:test\"}")
                        .statusCode());
        assertEquals(
                204, delete("n1", OTHER_BACK_END, "/v1/sessions/" + session).statusCode());
        assertEquals(200, get("n1", BACK_END, "/v1/sessions/" + session).statusCode(), "the other one's was another");
        assertFalse(get("n2", OTHER_BACK_END, "/v1/sessions?limit=1000").body().contains(session));
        String narrow = token("alice", "{\"" + session + "\":[\"read\"]}");
        JsonArray listed =
                new JsonObject(get("n2", narrow, "/v1/sessions?limit=1000").body()).getJsonArray("sessions");
        assertEquals(1, listed.size(), listed::encode);
    }

    @Test
    void a_ticket_opens_one_connection_on_any_node_once() throws Exception {
        String session = session();
        HttpResponse<String> made = post("n1", token("alice", "{\"" + session + "\":[\"read\"]}"), "/v1/tickets", "");
        assertEquals(201, made.statusCode(), made::body);
        String ticket = new JsonObject(made.body()).getString("ticket");
        refused(401, "unauthorized", get("n1", "", "/v1/sessions/" + session + "?ticket=" + ticket));
        refused(401, "unauthorized", post("n1", "", "/v1/tickets?ticket=" + ticket, ""));
        IOException unreadable = assertThrows(IOException.class, () -> new RawSocket(url("n2"), "/v1/ws?ticket=%zz"));
        assertTrue(unreadable.getMessage().contains("400"), unreadable::getMessage);
        try (RawSocket socket = new RawSocket(url("n2"), "/v1/sessions/" + session + "/ws?after=0&ticket=" + ticket)) {
            assertTrue(socket.await("welcome").getLong("expiresInMs") > 0);
            socket.await("attached");
            socket.send(new JsonObject().put("type", "input").put("text", "hi"));
            assertEquals("forbidden", socket.await("error").getString("code"), "it grants what its holder was granted");
        }
        for (String node : List.of("n1", "n2", "n3")) {
            try (RawSocket socket = new RawSocket(url(node), "/v1/ws?ticket=" + ticket)) {
                assertEquals("unauthorized", socket.await("error").getString("code"));
                assertEquals(4401, socket.awaitClose().code());
            }
        }
    }

    @Test
    void browsers_offer_the_token_as_a_subprotocol() throws Exception {
        String session = session();
        String token = token("alice", "{\"" + session + "\":[\"read\"]}");
        try (RawSocket socket = new RawSocket(
                url("n1"),
                "/v1/sessions/" + session + "/ws?after=0",
                List.of("Sec-WebSocket-Protocol: sessionmesh.v1, sessionmesh.bearer." + token))) {
            socket.await("attached");
            assertTrue(
                    socket.head().toLowerCase(Locale.ROOT).contains("sec-websocket-protocol: sessionmesh.v1\r\n"),
                    socket::head);
        }
    }

    @Test
    void a_token_is_renewed_without_losing_the_socket_and_ends_it_when_it_is_not() throws Exception {
        String session = session();
        String grants = "{\"" + session + "\":[\"read\",\"write\"]}";
        try (RawSocket renewing = attached("n1", token("alice", grants, 6), session);
                RawSocket other = attached("n2", token("bob", grants, 6), session)) {
            JsonObject renewed =
                    renewing.send(auth(token("alice", grants, 600))).await("authenticated");
            assertTrue(renewed.getLong("expiresInMs") > 500_000);
            assertEquals(
                    "unauthorized",
                    renewing.send(auth(token("bob", grants, 600)))
                            .await("error")
                            .getString("code"));
            assertEquals(
                    "unauthorized",
                    renewing.send(auth("rubbish")).await("error").getString("code"));
            assertEquals("unauthorized", other.await("error").getString("code"));
            assertEquals(4401, other.awaitClose().code());
            renewing.send(new JsonObject().put("type", "input").put("id", "c1").put("text", "still here"))
                    .await("ack");
            renewing.send(auth(token("alice", "{\"" + session + "\":[\"write\"]}", 600)))
                    .await("authenticated");
            assertEquals("forbidden", renewing.await("error").getString("code"), "with less it may do less");
            renewing.await("detached");
        }
    }

    @Test
    void what_is_taken_back_ends_connections_on_every_node_within_a_second() throws Exception {
        String session = session();
        String grants = "{\"" + session + "\":[\"read\"]}";
        for (String what : List.of("user", "session")) {
            String user = "revoked-by-" + what;
            try (RawSocket one = attached("n1", token(user, grants), session);
                    RawSocket two = attached("n2", token(user, grants), session);
                    RawSocket three = attached("n3", token(user, grants), session);
                    RawSocket bystander = attached("n3", BACK_END, session)) {
                String subject = what.equals("user") ? user : session;
                if (what.equals("user")) {
                    refused(403, "forbidden", post("n1", token(user, grants), "/v1/revocations", "{\"user\":\"x\"}"));
                }
                long from = System.nanoTime();
                HttpResponse<String> done = post(
                        "n1",
                        BACK_END,
                        "/v1/revocations",
                        new JsonObject().put(what, subject).encode());
                assertEquals(204, done.statusCode(), done::body);
                for (RawSocket socket : List.of(one, two, three)) {
                    String code = socket.await("error").getString("code");
                    assertEquals(what.equals("user") ? "unauthorized" : "forbidden", code);
                    if (what.equals("user")) {
                        assertEquals(4401, socket.awaitClose().code());
                    } else {
                        socket.await("detached");
                    }
                }
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
                assertTrue(took <= WITHIN_MILLIS, "it took " + took + " ms");
                if (what.equals("user")) {
                    bystander.send(new JsonObject().put("type", "ping")).await("pong");
                }
            }
            refused(
                    what.equals("user") ? 401 : 403,
                    what.equals("user") ? "unauthorized" : "forbidden",
                    get("n2", tokenOf(user, grants, -5), "/v1/sessions/" + session));
        }
    }

    /** Issued so many seconds from now. */
    @Test
    void an_operator_sees_from_any_node_where_sessions_of_all_tenants_are_and_nothing_of_what_was_said()
            throws Exception {
        String session = session();
        String body = "{\"id\":\"" + session + "\",\"model\":\"scripted:test\"}";
        assertEquals(201, post("n1", OTHER_BACK_END, "/v1/sessions", body).statusCode());
        String input = "/v1/sessions/" + session + "/inputs";
        assertEquals(
                202, post("n2", BACK_END, input, "{\"text\":\"hush hush\"}").statusCode());
        try (RawSocket tab = attached("n3", BACK_END, session)) {
            List<String> owners = new ArrayList<>();
            for (String node : List.of("n1", "n2", "n3")) {
                String said =
                        get(node, BACK_END, "/admin/sessions?prefix=" + session).body();
                JsonArray rows = new JsonObject(said).getJsonArray("sessions");
                assertEquals(2, rows.size(), said);
                JsonObject acme = rows.getJsonObject(0);
                assertEquals("acme", acme.getString("tenant"));
                assertEquals("other", rows.getJsonObject(1).getString("tenant"));
                assertEquals(1, acme.getInteger("tabs"), said);
                assertTrue(acme.getJsonArray("followers").contains("n3"), said);
                assertFalse(said.contains("hush"), said);
                owners.add(acme.getString("owner"));
                JsonObject mesh =
                        new JsonObject(get(node, BACK_END, "/admin/mesh").body());
                assertEquals(3, mesh.getJsonArray("nodes").size(), mesh::encode);
                assertEquals(new JsonArray(), mesh.getJsonArray("missing"));
                JsonObject timeline =
                        new JsonObject(get(node, BACK_END, "/admin/timeline").body());
                assertTrue(timeline.getJsonArray("events").size() >= 3, timeline::encode);
            }
            assertEquals(1, Set.copyOf(owners).size(), owners::toString);
            tab.send(new JsonObject().put("type", "ping"));
        }
    }

    private static String tokenOf(String user, String sessions, int from) {
        long now = System.currentTimeMillis() / 1000;
        JsonObject claims = new JsonObject()
                .put("sub", user)
                .put("tenant", "acme")
                .put("iat", now + from)
                .put("exp", now + 600)
                .put("sessions", new JsonObject(sessions));
        return SIGNER.sign(claims, new JWTOptions().setAlgorithm("HS256").setNoTimestamp(true));
    }

    private static JsonObject auth(String token) {
        return new JsonObject().put("type", "auth").put("token", token);
    }

    private static String session() throws Exception {
        String id = "access-" + ++sessions;
        assertEquals(
                201,
                post(
                                "n1",
                                BACK_END,
                                "/v1/sessions",
                                new JsonObject()
                                        .put("id", id)
                                        .put("model", "scripted:test")
                                        .encode())
                        .statusCode());
        return id;
    }

    private static RawSocket attached(String node, String credential, String session) throws IOException {
        RawSocket socket = new RawSocket(url(node), "/v1/sessions/" + session + "/ws?after=0", bearer(credential));
        socket.await("attached");
        return socket;
    }

    private static URI url(String node) {
        return lab.node(node).url();
    }

    private static List<String> bearer(String credential) {
        return credential.isEmpty() ? List.of() : List.of("Authorization: Bearer " + credential);
    }

    private static HttpResponse<String> get(String node, String credential, String path) throws Exception {
        return send(request(node, credential, path).GET());
    }

    private static HttpResponse<String> delete(String node, String credential, String path) throws Exception {
        return send(request(node, credential, path).DELETE());
    }

    private static HttpResponse<String> post(String node, String credential, String path, String body)
            throws Exception {
        return send(request(node, credential, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder request(String node, String credential, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(node).resolve(path));
        return credential.isEmpty() ? request : request.header("Authorization", "Bearer " + credential);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void refused(int status, String code, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response::body);
        assertEquals(
                code, new JsonObject(response.body()).getJsonObject("error").getString("code"), response::body);
    }
}
