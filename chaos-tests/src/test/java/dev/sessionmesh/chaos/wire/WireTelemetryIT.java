package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Traces and logs of three real nodes: what leads from a tab to a model and back, over a takeover, and what of it must never be told. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class WireTelemetryIT {
    private static final String KEY = "smk_0123456789abcdef0123456789abcdef";
    private static final String ADMIN = "open-sesame-4711";
    private static final String MODEL_KEY = "sk-0a1b2c3d4e5f";
    private static final String COLLECTOR_KEY = "Bearer otlp-9f8e7d";
    private static final String IN_ADDRESS = "k3y-in-an-address";
    private static final String PERSON_SAYS = "xylophone-77";
    /** What stands in no line of a log and in no span. */
    private static final List<String> SECRET = List.of(
            KEY, ADMIN, MODEL_KEY, COLLECTOR_KEY, IN_ADDRESS, PERSON_SAYS, Outside.MODEL_SAYS, Outside.TOOL_SAYS);

    private static Outside outside;
    private static Lab lab;

    @BeforeAll
    static void start() throws Exception {
        outside = new Outside();
        Path dir = Path.of("target", "wire-telemetry").toAbsolutePath();
        Files.createDirectories(dir);
        Files.writeString(dir.resolve("sign"), "whsec_" + "A".repeat(44));
        JsonObject tool = new JsonObject()
                .put("url", outside.url("/tool?key=" + IN_ADDRESS))
                .put("secretFile", "sign");
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.US_ASCII)));
        JsonObject key = new JsonObject()
                .put("name", "all")
                .put("tenant", "acme")
                .put("sha256", hash)
                .put("sessions", new JsonObject("{\"*\":\"*\"}"));
        lab = Lab.start(LabPlan.of(3, 2, dir)
                .withArguments(List.of(
                        "--tools="
                                + file(
                                        dir,
                                        "tools.json",
                                        object("http", object("look", tool)).encode()),
                        "--api-keys="
                                + file(
                                        dir,
                                        "keys.json",
                                        object("keys", new JsonArray().add(key)).encode()),
                        "--jwks-url=http://127.0.0.1:1/keys?key=" + IN_ADDRESS,
                        "--admin-token-file=" + file(dir, "admin", ADMIN),
                        "--openai-url=" + outside.url("/v1"),
                        "--openai-key-file=" + file(dir, "model", MODEL_KEY),
                        "--trace-endpoint=" + outside.url(""),
                        "--trace-headers-file=" + file(dir, "headers", "Authorization: " + COLLECTOR_KEY),
                        "--webhook-allow-private",
                        "--log-format=json")));
        for (Node node : lab.nodes()) {
            for (String logger : List.of("dev.sessionmesh", "io.vertx", "io.netty", "reactor")) {
                HttpResponse<String> set =
                        NodeHttp.of(node).send("PUT", "/admin/loggers/" + logger, ADMIN, "{\"level\":\"trace\"}");
                assertEquals(200, set.statusCode(), set.body());
            }
        }
        String hook = object("id", "h1")
                .put("url", outside.url("/hook?key=" + IN_ADDRESS))
                .encode();
        assertEquals(
                201,
                NodeHttp.of(lab.nodes().getFirst())
                        .send("POST", "/v1/webhooks", KEY, hook)
                        .statusCode());
    }

    private static JsonObject object(String name, Object value) {
        return new JsonObject().put(name, value);
    }

    private static Path file(Path dir, String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            nothingSecretWasTold();
        } finally {
            lab.close();
            outside.close();
        }
    }

    /** A session that another node than n1 runs, with a tab at n1. */
    private record Elsewhere(String session, Node runner, RawSocket tab) {}

    private static Elsewhere elsewhere() throws Exception {
        while (true) {
            String session = "s" + System.nanoTime();
            String profile = object("id", session)
                    .put("model", "openai:tiny")
                    .put("tools", new JsonArray().add(object("name", "look").put("source", "http:look")))
                    .encode();
            assertEquals(
                    201,
                    NodeHttp.of(lab.node("n1"))
                            .send("POST", "/v1/sessions", KEY, profile)
                            .statusCode());
            RawSocket tab = new RawSocket(lab.node("n1").url(), "/v1/ws", List.of("Authorization: Bearer " + KEY));
            tab.await("welcome");
            tab.send(object("type", "attach").put("session", session).put("after", 0))
                    .await("attached");
            tab.send(object("type", "input").put("text", "whoever"));
            String runner = tab.collectStatus("in_progress").getLast().getString("runner");
            tab.collectStatus("completed");
            if (!runner.equals("n1")) {
                return new Elsewhere(session, lab.node(runner), tab);
            }
            tab.close();
        }
    }

    private static JsonObject input(String text, String place) {
        return object("type", "input").put("text", text + " " + PERSON_SAYS).put("traceparent", place);
    }

    private static List<Outside.Told> trace(String id) {
        return outside.told().stream()
                .filter(told -> HexFormat.of()
                        .formatHex(told.span().getTraceId().toByteArray())
                        .equals(id))
                .toList();
    }

    private static Outside.Told one(String trace, String name) {
        List<Outside.Told> named = named(trace, name);
        assertEquals(1, named.size(), () -> name + " among " + names(trace));
        return named.getFirst();
    }

    private static List<Outside.Told> named(String trace, String name) {
        return trace(trace).stream()
                .filter(told -> told.span().getName().equals(name))
                .toList();
    }

    private static List<String> names(String trace) {
        return trace(trace).stream()
                .map(told -> told.node() + ": " + told.span().getName() + " " + told.text("sessionmesh.part"))
                .sorted()
                .toList();
    }

    private static String id(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Order(1)
    @Test
    void one_trace_leads_from_a_tab_over_two_nodes_to_the_model_a_tool_and_back() throws Exception {
        Elsewhere session = elsewhere();
        String trace = "11111111111111111111111111111111";
        session.tab().send(input("call", "00-" + trace + "-2222222222222222-01"));
        session.tab().collectStatus("completed");
        session.tab().close();
        NodeHttp.awaitTrue(() -> names(trace).toString(), () -> trace(trace).size() >= 8);
        String runner = session.runner().name();
        assertEquals(
                List.of(
                        "n1: append ",
                        "n1: deliver end",
                        "n1: deliver first_token",
                        "n1: input ",
                        runner + ": chat tiny ",
                        runner + ": chat tiny ",
                        runner + ": execute_tool look ",
                        runner + ": turn "),
                names(trace));
        Span input = one(trace, "input").span();
        assertEquals("2222222222222222", id(input.getParentSpanId()));
        Span append = one(trace, "append").span();
        assertEquals(input.getSpanId(), append.getParentSpanId());
        Outside.Told turn = one(trace, "turn");
        assertEquals(append.getSpanId(), turn.span().getParentSpanId());
        assertEquals("false", turn.text("sessionmesh.takeover"));
        assertEquals("completed", turn.text("sessionmesh.status"));
        named(trace, "chat tiny").forEach(step -> {
            assertEquals(turn.span().getSpanId(), step.span().getParentSpanId());
            assertEquals("openai", step.text("gen_ai.provider.name"));
        });
        named(trace, "deliver")
                .forEach(delivery ->
                        assertEquals(append.getSpanId(), delivery.span().getParentSpanId()));
        Set<String> steps = named(trace, "chat tiny").stream()
                .map(step -> "00-" + trace + "-" + id(step.span().getSpanId()) + "-01")
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                steps,
                outside.places("/v1/chat/completions").stream()
                        .filter(place -> place.contains(trace))
                        .collect(Collectors.toCollection(TreeSet::new)));
        String call =
                "00-" + trace + "-" + id(one(trace, "execute_tool look").span().getSpanId()) + "-01";
        assertTrue(outside.places("/tool").contains(call), outside.places("/tool")::toString);
        NodeHttp.awaitTrue(() -> outside.places("/hook").toString(), () -> outside.places("/hook").stream()
                .anyMatch(place -> place.contains(trace)));
        assertTrue(outside.authorizations().stream().allMatch(COLLECTOR_KEY::equals));
    }

    /** The last one: what is lost stays away. */
    @Order(3)
    @Test
    void who_takes_a_turn_over_goes_on_in_its_trace_and_links_to_what_was_lost() throws Exception {
        Elsewhere session = elsewhere();
        String trace = "33333333333333333333333333333333";
        session.tab().send(input("hold", "00-" + trace + "-4444444444444444-01"));
        session.tab().await("token");
        Node lost = session.runner();
        lost.kill();
        List<JsonObject> seen = session.tab().collectStatus("completed");
        session.tab().close();
        NodeHttp.awaitTrue(
                () -> names(trace).toString(),
                () -> !named(trace, "turn").isEmpty() && named(trace, "deliver").size() > 1);
        Outside.Told turn = named(trace, "turn").getLast();
        assertEquals("true", turn.text("sessionmesh.takeover"));
        assertEquals("2", turn.text("sessionmesh.epoch"));
        assertNotEquals(lost.name(), turn.node());
        assertEquals(1, turn.span().getLinksCount());
        assertEquals(trace, id(turn.span().getLinks(0).getTraceId()));
        assertNotEquals(turn.span().getSpanId(), turn.span().getLinks(0).getSpanId());
        assertTrue(seen.stream().anyMatch(frame -> frame.getBoolean("takeover", false)));
        JsonObject line = lines().stream()
                .filter(said -> said.getString("message").equals("turn taken over")
                        && said.getString("session").equals(session.session()))
                .findFirst()
                .orElseThrow();
        assertEquals(turn.node(), line.getString("node"));
        assertEquals("acme", line.getString("tenant"));
        assertEquals("t2", line.getString("turn"));
        assertEquals(2, line.getInteger("epoch"));
    }

    @Order(2)
    @Test
    void a_client_that_wants_no_sample_gets_none_and_all_are_told_so() throws Exception {
        Elsewhere session = elsewhere();
        String trace = "55555555555555555555555555555555";
        session.tab().send(input("call", "00-" + trace + "-6666666666666666-00"));
        session.tab().collectStatus("completed");
        // Behind it, so that it would have been told before.
        String after = "77777777777777777777777777777777";
        session.tab().send(input("break", "00-" + after + "-6666666666666666-01"));
        session.tab().collectStatus("failed");
        session.tab().close();
        NodeHttp.awaitTrue(
                () -> names(after).toString(),
                () -> named(after, "turn").size() == 1
                        && named(after, "deliver").size() == 1);
        assertEquals(List.of(), names(trace));
        assertTrue(
                outside.places("/v1/chat/completions").stream()
                        .filter(place -> place.contains(trace))
                        .allMatch(place -> place.endsWith("-00")),
                "the model was told otherwise");
        JsonObject line = lines().stream()
                .filter(said -> said.getString("message").startsWith("turn failed")
                        && said.getString("session").equals(session.session()))
                .findFirst()
                .orElseThrow();
        assertEquals(after, line.getString("trace_id"));
        assertEquals(id(one(after, "turn").span().getSpanId()), line.getString("span_id"));
    }

    /** In all that the tests above had the nodes tell, however talkative they were. */
    private static void nothingSecretWasTold() throws IOException {
        assertTrue(outside.told().size() > 5, "spans were told");
        for (String secret : SECRET) {
            for (Node node : lab.nodes()) {
                String log = Files.readString(node.log());
                int at = log.indexOf(secret);
                assertEquals(
                        -1,
                        at,
                        () -> node.name() + " logs " + log.substring(Math.max(0, at - 300), at + secret.length()));
            }
            outside.told().forEach(told -> assertFalse(told.span().toString().contains(secret), told::toString));
        }
        assertTrue(lines().stream()
                .anyMatch(line -> line.getString("message").startsWith("the keys at http://127.0.0.1:1/keys could")));
    }

    /** All that the nodes have logged; every line is an object, and says which node's it is. */
    private static List<JsonObject> lines() throws IOException {
        List<JsonObject> lines = new ArrayList<>();
        for (Node node : lab.nodes()) {
            for (String line : Files.readAllLines(node.log())) {
                if (line.startsWith("{")) {
                    JsonObject json = new JsonObject(line);
                    assertEquals(node.name(), json.getString("node"), line);
                    lines.add(json);
                }
            }
        }
        return lines;
    }
}
