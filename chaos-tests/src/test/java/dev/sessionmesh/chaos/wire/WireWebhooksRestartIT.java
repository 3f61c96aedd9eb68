package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.RedisProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Webhooks of three real nodes that die all at once, with an archive. */
@Timeout(300)
final class WireWebhooksRestartIT {
    private static RedisProcess redis;
    private static Lab lab;
    private static final NodeHttp NODE = new NodeHttp(() -> lab.node("n1").url());
    private static WebhookReceiver receiver;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start(Path.of("target", "wire-webhooks-restart-redis"));
        lab = Lab.start(LabPlan.of(3, 2, Path.of("target", "wire-webhooks-restart"))
                .withArguments(List.of(
                        "--archive-redis=redis://127.0.0.1:" + redis.port(),
                        "--archive-mode=sync",
                        "--webhook-allow-private")));
        receiver = new WebhookReceiver(kid -> NodeHttp.published(lab.nodes(), kid));
    }

    @AfterAll
    static void stop() throws Exception {
        if (receiver != null) {
            receiver.close();
        }
        if (lab != null) {
            lab.close();
        }
        redis.close();
    }

    @Test
    void all_nodes_die_and_what_was_not_delivered_is_delivered_in_order_and_once_by_id() throws Exception {
        made("/v1/webhooks", "{\"id\":\"all\",\"url\":\"" + receiver.url("/all") + "\",\"sessions\":[\"kept-*\"]}");
        made("/v1/sessions", "{\"id\":\"kept-1\",\"model\":\"scripted:test\"}");
        ask("i1");
        NodeHttp.awaitTrue("the first turn ended", () -> NODE.ended("kept-1", "", 1) && told().size() > 3);
        receiver.answer("/all", 503);
        ask("i2");
        NodeHttp.awaitTrue("the second turn ended", () -> NODE.ended("kept-1", "", 2));
        int asked = receiver.asked("/all");
        NodeHttp.awaitTrue("it was tried", () -> receiver.asked("/all") > asked);
        List<Node> nodes = List.of(lab.node("n1"), lab.node("n2"), lab.node("n3"));
        nodes.forEach(Node::kill);
        for (Node node : nodes) {
            node.awaitGone();
        }
        receiver.answer("/all", 204);
        for (Node node : nodes) {
            node.start();
        }
        lab.awaitAllReady(Duration.ofMinutes(3));
        // Nobody asks for the session.
        NodeHttp.awaitTrue(
                "it is told of the fork",
                () -> told().getLast().getString("type").equals("history"));
        List<Long> seqs = told().stream().map(event -> event.getLong("seq")).toList();
        assertEquals(log(), seqs);
        assertEquals(List.of(), receiver.problems());
        JsonArray webhooks = NODE.get("/v1/webhooks", "").getJsonArray("webhooks");
        assertEquals(1, webhooks.size());
        assertEquals(receiver.url("/all"), webhooks.getJsonObject(0).getString("url"));
    }

    /** The seqs of what a receiver is to be told: that the session was created, and all but tokens. */
    private static List<Long> log() throws IOException {
        return Stream.concat(Stream.of(0L), NODE.log("kept-1", "").stream().map(event -> event.getLong("seq")))
                .toList();
    }

    private static List<JsonObject> told() {
        return receiver.events("/all", "kept-1");
    }

    private static void made(String path, String body) throws Exception {
        // The first nodes of a cluster look into the archive before they take any.
        NodeHttp.awaitTrue("made", () -> NODE.send("POST", path, "", body).statusCode() == 201);
    }

    private static void ask(String id) throws Exception {
        NodeHttp.awaitTrue(
                "taken",
                () -> NODE.send("POST", "/v1/sessions/kept-1/inputs", "", "{\"id\":\"" + id + "\",\"text\":\"slow 3\"}")
                                .statusCode()
                        == 202);
    }
}
