package dev.sessionmesh.gateway.http;

import static java.util.Map.entry;

import dev.sessionmesh.console.Chronicle;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.core.session.Words;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What has to be there before the calls of {@link ShownCalls} can be made, by their keys. Each has a node of its own, where the session of the examples is
 * the first one: its ids are t1, m1, k1. A new example needs an entry here.
 */
final class ExampleStates {
    private static final String SESSION = "release-planning";
    private static final String RELEASE = "{\"version\":\"2.4.0\"}";

    /** Brings a fresh node into a state. */
    @FunctionalInterface
    interface Arrangement {
        void arrange(HttpNode node) throws Exception;
    }

    static final Map<String, Arrangement> BEFORE = Map.ofEntries(
            entry("createSession/everything", ExampleStates::nothing),
            entry("createSession/nothing", ExampleStates::nothing),
            entry("createSession/again", ExampleStates::session),
            entry("listSessions/page", ExampleStates::sessions),
            entry("getSession/waiting", ExampleStates::waiting),
            entry("deleteSession", ExampleStates::session),
            entry("eraseSession/receipt", ExampleStates::answered),
            entry("exportSession/lines", ExampleStates::session),
            entry("importSession/empty", ExampleStates::nothing),
            entry("readEvents/page", ExampleStates::answered),
            entry("readEvents/follow", ExampleStates::answered),
            entry("readMessages/answered", ExampleStates::answered),
            entry("readAudit/approved", node -> waiting(node, "approve", "\"callId\":\"k1\"")),
            entry("getUsage/some", ExampleStates::answered),
            entry("readInbox/one", ExampleStates::inbox),
            entry("readInbox/follow", ExampleStates::inbox),
            entry("readBlob/minutes", ExampleStates::minutes),
            entry("listPresence/one", ExampleStates::followed),
            entry("sendInput/plain", ExampleStates::session),
            entry("sendInput/repeatable", node -> {
                session(node);
                post(node, "/inputs", "{\"id\":\"c1\",\"text\":\"slow 5\",\"policy\":\"enqueue\"}");
            }),
            entry("sendCommand/input", ExampleStates::session),
            entry("sendCommand/edit", ExampleStates::answered),
            entry("sendCommand/regenerate", ExampleStates::answered),
            entry("sendCommand/select_branch", ExampleStates::answeredTwice),
            entry("sendCommand/reorder", ExampleStates::queued),
            entry("sendCommand/withdraw", ExampleStates::queued),
            entry("sendCommand/approve", ExampleStates::waiting),
            entry("sendCommand/approve_edited", ExampleStates::waiting),
            entry("sendCommand/approve_from_now_on", ExampleStates::bothWaiting),
            entry("sendCommand/reject", ExampleStates::waiting),
            entry("sendCommand/delegate", ExampleStates::waiting),
            entry(
                    "sendCommand/revoke_grant",
                    node -> waiting(node, "approve", "\"callId\":\"k1\",\"remember\":\"session\"")),
            entry("sendCommand/cancel", ExampleStates::running),
            entry("sendCommand/steer", ExampleStates::running),
            entry("sendCommand/tool_claim", ExampleStates::offered),
            entry("sendCommand/tool_heartbeat", ExampleStates::claimed),
            entry("sendCommand/tool_release", ExampleStates::claimed),
            entry("sendCommand/tool_result", ExampleStates::offered),
            entry("sendCommand/tool_error", ExampleStates::offered),
            entry("sendCommand/settle", ExampleStates::doubted),
            entry("createTicket/ticket", ExampleStates::nothing),
            entry("revoke/token", ExampleStates::nothing),
            entry("revoke/user", ExampleStates::nothing),
            entry("revoke/session", ExampleStates::nothing),
            entry("revoke/tenant", ExampleStates::nothing),
            entry("createWebhook/everything", ExampleStates::nothing),
            entry("createWebhook/all", ExampleStates::nothing),
            entry("createWebhook/again", ExampleStates::webhook),
            entry("listWebhooks/one", ExampleStates::webhook),
            entry("getWebhook/good", ExampleStates::webhook),
            entry("replaceWebhook/moved", ExampleStates::webhook),
            entry("deleteWebhook", ExampleStates::webhook),
            entry("pauseWebhook/pause", ExampleStates::webhook),
            entry("resumeWebhook/resume", node -> {
                webhook(node);
                done(node.post("/v1/webhooks/shop/pause", "{}"));
            }),
            entry("replayWebhook/session", node -> {
                webhook(node);
                asked(node);
            }),
            entry("getWebhookKeys/one", ExampleStates::nothing),
            entry(
                    "getCluster/two",
                    node -> node.nodes = List.of(
                            new ClusterView.Node("n1", "https://n1.mesh.example", true),
                            new ClusterView.Node("n2", "https://n2.mesh.example", false))),
            entry("readMesh/one", ExampleStates::nothing),
            entry("readTimeline/one", node -> node.chronicle.note(Chronicle.Kind.LEFT, "n2", "n2-1", "is no member")),
            entry("findSessions/page", ExampleStates::nothing),
            entry("readDelivery/one", ExampleStates::nothing),
            entry("readConfig/one", ExampleStates::nothing),
            entry("drainNode/drain", ExampleStates::nothing),
            entry("undrainNode/stay", node -> done(node.post("/admin/nodes/n1/drain", "{}"))),
            entry("listDrills/one", ExampleStates::nothing),
            entry("readDrill/one", ExampleStates::nothing),
            entry("readDrillPage/one", ExampleStates::nothing),
            entry("getDescription/beginning", ExampleStates::nothing),
            entry("isStarted/up", ExampleStates::nothing),
            entry("isLive/up", ExampleStates::nothing),
            entry("isReady/up", ExampleStates::nothing),
            entry("isReady/down", node -> node.ready.set(false)));

    private ExampleStates() {}

    private static void nothing(HttpNode node) {}

    private static void session(HttpNode node) throws Exception {
        session(node, SESSION);
    }

    private static void session(HttpNode node, String id) throws Exception {
        done(node.post("/v1/sessions", "{\"id\":\"" + id + "\",\"model\":\"scripted:test\"}"));
    }

    private static void sessions(HttpNode node) throws Exception {
        for (String id : List.of("invoice-41", "invoice-42", "onboarding", SESSION)) {
            session(node, id);
        }
    }

    private static void asked(HttpNode node) throws Exception {
        session(node);
        input(node, "c1", "What is left to do?");
    }

    private static void running(HttpNode node) throws Exception {
        asked(node);
        node.claim(SESSION, "t1");
    }

    private static void queued(HttpNode node) throws Exception {
        running(node);
        input(node, "c2", "Who is on call?");
        input(node, "c3", "When is the next release?");
    }

    private static void answered(HttpNode node) throws Exception {
        asked(node);
        node.run(SESSION, "t1", text("The notes ", "and ", "the tag."), end());
    }

    private static void answeredTwice(HttpNode node) throws Exception {
        answered(node);
        command(node, "regenerate", "\"turn\":\"t1\"");
        node.run(SESSION, "t2", text("Only the tag."), end());
    }

    /** k1 waits for approval. */
    private static void waiting(HttpNode node) throws Exception {
        asked(node);
        node.run(SESSION, "t1", text("Ready to publish."), publish(RELEASE));
    }

    /** k1 and k2 do. */
    private static void bothWaiting(HttpNode node) throws Exception {
        asked(node);
        node.run(SESSION, "t1", publish(RELEASE), publish("{\"version\":\"2.4.1\"}"));
    }

    private static void waiting(HttpNode node, String then, String fields) throws Exception {
        waiting(node);
        command(node, then, fields);
    }

    /** k1 waits for a tab. */
    private static void offered(HttpNode node) throws Exception {
        asked(node);
        Payload day = new Payload.Inline("{\"day\":\"2026-03-06\"}");
        node.run(SESSION, "t1", Words.call("read_calendar", day, Executor.CLIENT, false));
    }

    private static void claimed(HttpNode node) throws Exception {
        offered(node);
        command(node, "tool_claim", "\"callId\":\"k1\",\"claimant\":\"tab-7\"");
    }

    /** k1 had begun, and nobody can tell whether it had its effect. */
    private static void doubted(HttpNode node) throws Exception {
        asked(node);
        node.run(
                SESSION,
                "t1",
                new Output.Call(
                        "publish",
                        new Payload.Inline(RELEASE),
                        Executor.SERVER,
                        ToolCall.Recovery.ASK,
                        Target.ANY,
                        Optional.empty()),
                new Output.CallStarted("k1"),
                new Output.CallFinished("k1", ToolCall.Outcome.IN_DOUBT, Payload.EMPTY));
    }

    private static void inbox(HttpNode node) throws Exception {
        waiting(node);
        SessionKey key = new SessionKey(SessionKey.DEFAULT_TENANT, SESSION);
        if (HttpNode.await(node.service.view(Access.ALL, key)) instanceof Outcome.Done<State>(State state)) {
            node.waiting.pending = state.calls().stream()
                    .map(call -> new PendingApproval(key, call, call.approval().orElseThrow()))
                    .toList();
        }
    }

    private static void minutes(HttpNode node) throws Exception {
        session(node);
        input(node, "c1", "Friday: the notes, then the tag. ".repeat(1_000));
    }

    /** By a phone, which stays until the node is closed. */
    private static void followed(HttpNode node) throws Exception {
        session(node);
        HttpResponse<Stream<String>> stream = node.client()
                .send(
                        node.request("/v1/sessions/" + SESSION + "/events?device=phone")
                                .header("Accept", "text/event-stream")
                                .build(),
                        BodyHandlers.ofLines());
        if (!stream.body().iterator().hasNext()) {
            throw new IllegalStateException("the stream ended at once");
        }
    }

    private static void webhook(HttpNode node) throws Exception {
        done(node.post("/v1/webhooks", "{\"id\":\"shop\",\"url\":\"https://shop.example/hooks/mesh\"}"));
    }

    private static Output text(String... pieces) {
        return new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of(pieces)));
    }

    private static Output publish(String arguments) {
        ApprovalTerms terms = new ApprovalTerms(
                "It can't be taken back",
                1,
                List.of("user:all"),
                false,
                86_400_000,
                ApprovalTerms.OnExpiry.SKIP,
                0,
                3_600_000,
                List.of("role:head"));
        return new Output.Call(
                "publish",
                new Payload.Inline(arguments),
                Executor.SERVER,
                ToolCall.Recovery.REPORT,
                Target.ANY,
                Optional.of(terms));
    }

    private static Output end() {
        return new Output.End(TurnStatus.COMPLETED, "", "", new Usage(180, 12));
    }

    private static void input(HttpNode node, String id, String text) throws Exception {
        post(node, "/inputs", "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}");
    }

    private static void command(HttpNode node, String type, String fields) throws Exception {
        post(node, "/commands", "{\"type\":\"" + type + "\"," + fields + "}");
    }

    private static void post(HttpNode node, String part, String body) throws Exception {
        done(node.post("/v1/sessions/" + SESSION + part, body));
    }

    private static void done(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(response.request() + " was answered with " + response.body());
        }
    }
}
