package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.port.Access.Action;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every frame that a client may send and every route that there is, with all grants but the one that it needs, and with that one alone. What is documented and has
 * no row here fails: nothing new comes without saying what it needs.
 */
@Timeout(60)
class PermissionTableTest {
    /** By type: the action that it needs, and the rest of an example. */
    private static final Map<String, Row> FRAMES = Map.ofEntries(
            Map.entry("input", new Row(Action.WRITE, "'text':'hi'")),
            Map.entry("edit", new Row(Action.WRITE, "'turn':'t9','text':'hi'")),
            Map.entry("regenerate", new Row(Action.WRITE, "'turn':'t9'")),
            Map.entry("select_branch", new Row(Action.WRITE, "'turn':'t9'")),
            Map.entry("reorder", new Row(Action.WRITE, "'turn':'t9','before':'t8'")),
            Map.entry("withdraw", new Row(Action.WRITE, "'turn':'t9'")),
            Map.entry("cancel", new Row(Action.WRITE, "'turn':'t9'")),
            Map.entry("steer", new Row(Action.WRITE, "'turn':'t9','instruction':'left'")),
            Map.entry("tool_claim", new Row(Action.WRITE, "'callId':'k9'")),
            Map.entry("tool_heartbeat", new Row(Action.WRITE, "'callId':'k9'")),
            Map.entry("tool_release", new Row(Action.WRITE, "'callId':'k9'")),
            Map.entry("tool_result", new Row(Action.WRITE, "'callId':'k9','result':1")),
            Map.entry("approve", new Row(Action.APPROVE, "'callId':'k9'")),
            Map.entry("reject", new Row(Action.APPROVE, "'callId':'k9','reason':'no'")),
            Map.entry("delegate", new Row(Action.APPROVE, "'callId':'k9','to':'bob'")),
            Map.entry("revoke_grant", new Row(Action.APPROVE, "'grant':'g9'")),
            Map.entry("settle", new Row(Action.APPROVE, "'callId':'k9','outcome':'retry'")));

    /**
     * About the connection or who is here, and not about what is in a session; {@code attach} has a test of its own, and those of presence have
     * theirs in PresenceTest.
     */
    private static final Set<String> NO_COMMANDS = Set.of("attach", "detach", "ping", "auth", "presence", "read");

    private static final Map<String, Row> ROUTES = Map.ofEntries(
            Map.entry("POST /v1/sessions", new Row(Action.ADMIN, "'id':'s2'")),
            Map.entry("GET /v1/sessions/{id}", new Row(Action.READ, "")),
            Map.entry("DELETE /v1/sessions/{id}", new Row(Action.ADMIN, "")),
            Map.entry("POST /v1/sessions/{id}/erase", new Row(Action.ADMIN, "")),
            Map.entry("GET /v1/sessions/{id}/export", new Row(Action.ADMIN, "")),
            Map.entry("GET /v1/sessions/{id}/events", new Row(Action.READ, "")),
            Map.entry("GET /v1/sessions/{id}/messages", new Row(Action.READ, "")),
            Map.entry("GET /v1/sessions/{id}/audit", new Row(Action.READ, "")),
            Map.entry("GET /v1/sessions/{id}/presence", new Row(Action.READ, "")),
            Map.entry("GET /v1/sessions/{id}/blobs/{hash}", new Row(Action.READ, "")),
            Map.entry("POST /v1/sessions/{id}/inputs", new Row(Action.WRITE, "'text':'hi'")),
            Map.entry("POST /v1/sessions/{id}/commands", new Row(Action.WRITE, "'type':'cancel'")));

    /**
     * Their tests: WireAccessIT, for the list of what one may decide WireApprovalsIT, for webhooks WebhookRoutesTest, for import CustodyRoutesTest. The lists hold only what the
     * caller may see; the others tell nothing of sessions.
     */
    private static final Set<String> NO_SESSION = Set.of(
            "GET /v1/sessions",
            "POST /v1/sessions/import",
            "GET /v1/inbox",
            "POST /v1/webhooks",
            "GET /v1/webhooks",
            "GET /v1/webhooks/{id}",
            "PUT /v1/webhooks/{id}",
            "DELETE /v1/webhooks/{id}",
            "POST /v1/webhooks/{id}/pause",
            "POST /v1/webhooks/{id}/resume",
            "POST /v1/webhooks/{id}/replay",
            "GET /.well-known/jwks.json",
            "POST /v1/tickets",
            "POST /v1/revocations",
            "GET /v1/usage",
            "GET /v1/cluster",
            "GET /v1/openapi.json",
            "GET /health/started",
            "GET /health/live",
            "GET /health/ready");

    /** For whoever has the admin token of the node, and for no grant whatever. */
    private static final Set<String> OPERATORS = Set.of(
            "GET /admin/mesh",
            "GET /admin/timeline",
            "GET /admin/sessions",
            "GET /admin/delivery",
            "GET /admin/config",
            "POST /admin/nodes/{node}/drain",
            "DELETE /admin/nodes/{node}/drain",
            "GET /admin/drills",
            "GET /admin/drills/{report}",
            "GET /admin/drills/{report}/page");

    /** @param example fields of a frame or a body, with single quotes */
    private record Row(Action needs, String example) {
        JsonObject fields() {
            return new JsonObject(("{" + example + "}").replace('\'', '"'));
        }
    }

    private final HeardFrames heard = new HeardFrames();
    private HttpNode node;

    @BeforeEach
    void start() throws Exception {
        node = new HttpNode();
        assertEquals(
                201,
                node.post("/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}")
                        .statusCode());
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void every_frame_and_every_route_has_a_row() {
        Set<String> types = new TreeSet<>(read());
        new FrameSchemas().messages("client.").forEach(name -> types.add(name.substring("client.".length())));
        Set<String> rows = new TreeSet<>(FRAMES.keySet());
        rows.addAll(NO_COMMANDS);
        assertEquals(types, rows, "say in this table what a new frame needs");

        Set<String> routes = new TreeSet<>();
        JsonObject paths = OpenApi.document().getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            for (String method : paths.getJsonObject(path).fieldNames()) {
                if (!method.equals("parameters")) {
                    routes.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path);
                }
            }
        }
        rows = new TreeSet<>(ROUTES.keySet());
        rows.addAll(NO_SESSION);
        rows.addAll(OPERATORS);
        assertEquals(routes, rows, "say in this table what a new route needs");
    }

    /** The types that the reader of frames has a case for, documented or not. */
    private static Set<String> read() {
        String reader = Documents.text("eventbus-codecs/src/main/java/dev/sessionmesh/codec/json/ClientFrames.java");
        Set<String> types = new TreeSet<>();
        Matcher cases =
                Pattern.compile("case (\"[a-z_]+\"(?:,\\s+\"[a-z_]+\")*) ->").matcher(reader);
        while (cases.find()) {
            types.addAll(List.of(cases.group(1).replaceAll("[\"\\s]", "").split(",")));
        }
        assertTrue(types.contains("input"), "the cases were not found: " + types);
        return types;
    }

    @Test
    void every_command_needs_its_action_on_a_web_socket_and_by_http() throws Exception {
        WebSocket socket = open("/v1/sessions/s1/ws?after=0");
        heard.next("attached");
        String before = head();
        for (var row : new TreeMap<>(FRAMES).entrySet()) {
            String type = row.getKey();
            Action needs = row.getValue().needs;
            JsonObject frame = row.getValue().fields().put("type", type);

            node.actions = EnumSet.complementOf(EnumSet.of(needs));
            assertEquals("forbidden", answer(socket, frame.put("id", type + "-1")), type);
            HttpResponse<String> http = node.post("/v1/sessions/s1/commands", frame.encode());
            assertEquals(403, http.statusCode(), type);
            assertEquals(before, head(), type + " left something behind");
        }
        for (var row : new TreeMap<>(FRAMES).entrySet()) {
            String type = row.getKey();
            JsonObject frame = row.getValue().fields().put("type", type);
            node.actions = EnumSet.of(row.getValue().needs, Action.READ);
            assertNotEquals("forbidden", answer(socket, frame.put("id", type + "-2")), type);
            HttpResponse<String> http = node.post(
                    "/v1/sessions/s1/commands", frame.put("id", type + "-3").encode());
            assertNotEquals(403, http.statusCode(), type);
        }
    }

    @Test
    void following_needs_to_be_granted_and_whoever_may_write_may_not_read() throws Exception {
        node.actions = EnumSet.complementOf(EnumSet.of(Action.READ));
        WebSocket socket = open("/v1/ws");
        JsonObject attach =
                new JsonObject().put("type", "attach").put("session", "s1").put("id", "a1");
        assertEquals("forbidden", answer(socket, attach));
        assertEquals("forbidden", answer(socket, attach.copy().put("after", 0)));
        var stream = node.send(node.request("/v1/sessions/s1/events").header("Accept", "text/event-stream"));
        assertEquals(403, stream.statusCode());
    }

    @Test
    void every_route_needs_its_action() throws Exception {
        for (var row : new TreeMap<>(ROUTES).entrySet()) {
            node.actions = EnumSet.complementOf(EnumSet.of(row.getValue().needs));
            assertEquals(403, call(row.getKey(), row.getValue()).statusCode(), row.getKey());
        }
        // Backwards, so that the session is deleted last.
        for (var row : new TreeMap<>(ROUTES).descendingMap().entrySet()) {
            node.actions = EnumSet.of(row.getValue().needs, Action.READ);
            assertNotEquals(403, call(row.getKey(), row.getValue()).statusCode(), row.getKey());
        }
    }

    @Test
    void every_route_of_operators_wants_their_token_whatever_else_is_granted() throws Exception {
        try (HttpNode locked = new HttpNode(Optional.of("open-sesame"))) {
            for (String route : OPERATORS) {
                String[] parts = route.split(" ", 2);
                String path = parts[1].replace("{node}", "n1").replace("{report}", "tour");
                for (String token : List.of("", "open-sesam", "open-sesames")) {
                    locked.credential = token;
                    assertEquals(403, operate(locked, parts[0], path).statusCode(), route);
                }
                locked.credential = "open-sesame";
                assertNotEquals(403, operate(locked, parts[0], path).statusCode(), route);
            }
        }
    }

    private static HttpResponse<String> operate(HttpNode node, String method, String path) throws Exception {
        return node.send(node.request(path)
                .header("Content-Type", "application/json")
                .method(method, method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody()));
    }

    private HttpResponse<String> call(String route, Row row) throws Exception {
        String[] parts = route.split(" ", 2);
        String path = parts[1].replace("{id}", "s1").replace("{hash}", "0".repeat(64));
        boolean body = !row.example.isEmpty();
        return node.send(node.request(path)
                .header("Content-Type", "application/json")
                .method(parts[0], body ? BodyPublishers.ofString(row.fields().encode()) : BodyPublishers.noBody()));
    }

    private String head() throws Exception {
        node.actions = EnumSet.allOf(Action.class);
        return new JsonObject(node.get("/v1/sessions/s1").body())
                .getValue("head")
                .toString();
    }

    private WebSocket open(String path) throws Exception {
        WebSocket socket = node.client()
                .newWebSocketBuilder()
                .buildAsync(node.webSocket(path), heard)
                .get(10, TimeUnit.SECONDS);
        heard.next("welcome");
        return socket;
    }

    /** The code of the error that a frame is answered with; {@code ack} when there is none. */
    private String answer(WebSocket socket, JsonObject frame) throws Exception {
        socket.sendText(frame.encode(), true).get(10, TimeUnit.SECONDS);
        return heard.answerTo(frame.getString("id"));
    }
}
