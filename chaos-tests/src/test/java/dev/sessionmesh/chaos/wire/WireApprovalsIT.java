package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.client.Audit;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Inbox;
import dev.sessionmesh.client.InboxFeed;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.codec.json.AuditJson;
import dev.sessionmesh.core.session.AuditCheck;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** People who decide, work and talk at three real nodes, one of which dies while something waits for them. */
@Timeout(120)
final class WireApprovalsIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static int sessions;
    private static Lab lab;

    @BeforeAll
    static void start() {
        lab = Lab.start(LabPlan.of(3, 2, Path.of("target", "wire-approvals")));
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void two_leads_decide_and_neither_is_the_one_who_asked() throws Exception {
        String session = session("'needed':2,'approvers':['role:lead'],'separateDuty':true,'reason':'it is gone then'");
        try (RawSocket ada = attached("n1", session, "ada", "lead");
                RawSocket bob = attached("n2", session, "bob", "lead");
                RawSocket cy = attached("n3", session, "cy", "lead");
                RawSocket dan = attached("n2", session, "dan", "guest")) {
            ada.send(input("c1", "approve"));
            JsonObject asked = bob.await("approval");
            assertEquals("ada", asked.getString("askedBy"));
            assertEquals("it is gone then", asked.getString("reason"));
            assertEquals("not_an_approver", code(ada, approve("c2")));
            assertEquals("not_an_approver", code(dan, approve("c3")));
            assertEquals("ack", answer(bob, approve("c4")));
            assertEquals(1, cy.await("approval_vote").getInteger("approvals"));
            assertEquals("already_voted", code(bob, approve("c5")));
            // Other arguments are another question: the vote for the first ones is void.
            assertEquals("ack", answer(cy, approve("c6").put("arguments", new JsonObject().put("path", "old.txt"))));
            JsonObject edited = ada.await("approval_edited");
            assertEquals(asked.getString("argumentsHash"), edited.getString("originalHash"));
            assertEquals(
                    "arguments_changed",
                    code(bob, approve("c7").put("argumentsHash", asked.getString("argumentsHash"))));
            assertEquals("ack", answer(bob, approve("c8").put("argumentsHash", edited.getString("argumentsHash"))));
            JsonObject late = cy.send(approve("c9")).await("error");
            assertEquals("already_decided", late.getString("code"));
            assertEquals("bob", late.getString("decidedBy"));
            List<JsonObject> rest = dan.collectStatus("completed");
            JsonObject result = only(rest, "tool_result");
            assertEquals(
                    "old.txt", result.getJsonObject("result").getString("deleted"), "what was approved is what ran");
        }
        String audit = get("n1", "/v1/sessions/" + session + "/audit").body();
        AuditJson.Document chain = AuditJson.read(audit);
        assertEquals(List.of(), AuditCheck.problems(chain.lines(), chain.head()));
        assertEquals(
                List.of("requested", "voted", "edited", "voted", "approved"),
                chain.lines().stream().map(line -> line.entry().action()).toList());
        AuditJson.Document forged = AuditJson.read(audit.replace("\"by\":\"bob\"", "\"by\":\"eve\""));
        assertFalse(AuditCheck.problems(forged.lines(), forged.head()).isEmpty());
    }

    @Test
    void the_inbox_holds_what_waits_for_me_wherever_it_is_and_tells_when_it_does_not_any_more() throws Exception {
        String mine = session("'approvers':['user:ida']");
        String others = session("'approvers':['user:joe']");
        input("n1", mine, "approve");
        input("n2", others, "approve");
        for (String node : List.of("n1", "n2", "n3")) {
            JsonArray waiting = awaitInbox(node, "ida", 1);
            JsonObject entry = waiting.getJsonObject(0);
            assertEquals(mine, entry.getString("session"));
            assertEquals("draft.txt", entry.getJsonObject("arguments").getString("path"));
        }
        HttpResponse<Stream<String>> stream = HTTP.send(
                HttpRequest.newBuilder(url("n3").resolve("/v1/inbox?user=ida"))
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.ofLines());
        try (Stream<String> lines = stream.body()) {
            var events = lines.filter(line -> line.startsWith("data: "))
                    .map(line -> new JsonObject(line.substring("data: ".length())))
                    .iterator();
            JsonObject full = events.next();
            assertTrue(full.getBoolean("full"));
            assertEquals(1, full.getJsonArray("approvals").size());
            assertEquals(202, command("n2", mine, "ida", approve("d1")).statusCode());
            JsonObject change = events.next();
            assertEquals(mine, change.getJsonArray("gone").getJsonObject(0).getString("session"));
            input("n1", mine, "approve");
            assertEquals(1, events.next().getJsonArray("approvals").size());
        }
    }

    @Test
    void the_java_client_is_told_of_its_inbox_at_one_node_what_happens_at_others() throws Exception {
        String session = session("");
        BlockingQueue<List<String>> told = new LinkedBlockingQueue<>();
        try (Guest guest = new Guest(url("n3"), url("n1"))) {
            InboxFeed feed = guest.client.followInbox(inbox -> told.add(calls(inbox, session)));
            input("n1", session, "approve");
            awaitTold(told, List.of("k1"));
            assertEquals(List.of("k1"), calls(guest.await(guest.client.http().inbox()), session));
            assertEquals(202, command("n2", session, "bob", approve("d1")).statusCode());
            awaitTold(told, List.of());
            guest.await(feed.close());
            assertEquals(
                    List.of("requested", "approved"),
                    guest.await(guest.client.http().audit(session)).entries().stream()
                            .map(Audit.Entry::action)
                            .toList());
        }
    }

    private static List<String> calls(Inbox inbox, String session) {
        return inbox.waiting().stream()
                .filter(entry -> entry.session().equals(session))
                .map(entry -> entry.approval().callId())
                .toList();
    }

    private static void awaitTold(BlockingQueue<List<String>> told, List<String> wanted) throws Exception {
        List<String> calls = told.take();
        while (!calls.equals(wanted)) {
            calls = told.take();
        }
    }

    @Test
    void the_java_client_shows_the_branch_that_the_session_goes_by() throws Exception {
        String session = session("");
        try (Guest guest = new Guest(url("n2"), url("n3"))) {
            Guest.Screen screen = guest.follow(session, Position.start());
            for (Command said : List.of(
                    new Command.Input("slow 3", Optional.empty()),
                    new Command.Input("slow 2", Optional.empty()),
                    new Command.Regenerate("t2", Optional.empty()),
                    new Command.Edit("t1", "slow 5", Optional.empty()))) {
                guest.await(screen.tab().send(said));
                awaitStatus("n1", session, "completed");
                screen.awaitTruth();
            }
            Guest.Screen late = guest.follow(session, Position.newest());
            late.awaitTruth();
            guest.await(screen.tab().send(new Command.SelectBranch("t1")));
            late.awaitTruth();
            screen.awaitTruth();
            assertEquals(List.of("slow 3", "0 1 2 ", "slow 2", "0 1 "), late.words());
        }
    }

    @Test
    void an_approval_outlives_its_node_and_every_tab_and_its_deadline_fires_all_the_same() throws Exception {
        String kept = session("");
        String expiring = session("'expiresInMs':9000,'onExpiry':'skip'");
        input("n1", kept, "approve");
        input("n1", expiring, "approve");
        awaitStatus("n2", kept, "awaiting_approval");
        JsonObject waits = awaitStatus("n2", expiring, "awaiting_approval");
        Node runner = lab.node(waits.getString("runner"));
        runner.kill();
        runner.awaitGone();
        String other = Stream.of("n1", "n2", "n3")
                .filter(name -> !name.equals(runner.name()))
                .findFirst()
                .orElseThrow();
        try {
            assertEquals("completed", awaitStatus(other, expiring, "completed").getString("status"));
            assertEquals("not done", said(other, expiring));
            JsonObject still = awaitStatus(other, kept, "awaiting_approval");
            assertEquals("t1", still.getString("id"));
            assertEquals(202, command(other, kept, "bob", approve("d1")).statusCode());
            awaitStatus(other, kept, "completed");
            assertEquals("done", said(other, kept));
        } finally {
            runner.start();
            runner.awaitReady(Duration.ofSeconds(60));
        }
    }

    @Test
    void one_tab_executes_a_front_end_tool_and_when_it_vanishes_another_does() throws Exception {
        String session = session("");
        try (RawSocket two = attached("n2", session, "bob", "")) {
            JsonObject offered;
            try (RawSocket one = attached("n1", session, "ada", "")) {
                one.send(input("c1", "tool look {}"));
                offered = one.await("tool_call");
                two.await("tool_call");
                assertEquals("ack", answer(one, claim("c2", offered)));
                assertEquals("ada", two.await("tool_claimed").getString("by"));
                assertEquals("already_claimed", code(two, claim("c3", offered)));
                assertEquals("ack", answer(one, frame("tool_heartbeat", "c4").put("callId", "k1")));
            }
            assertEquals("expired", awaitRelease(two).getString("reason"), "nobody beats any more");
            assertEquals("ack", answer(two, claim("c5", offered)));
            two.send(frame("tool_result", "c6").put("callId", "k1").put("result", "seen"));
            assertEquals("bob", two.await("tool_result").getString("by"));
            two.collectStatus("completed");
        }
        assertEquals("seen", said("n3", session));
    }

    @Test
    void what_is_said_while_it_works_goes_where_its_policy_says() throws Exception {
        String session = session("");
        try (RawSocket ada = attached("n1", session, "ada", "")) {
            ada.send(input("c1", "slow 300"));
            ada.await("token");
            ada.send(input("c2", "first"));
            ada.send(input("c3", "and second").put("policy", "merge"));
            ada.send(input("c4", "third").put("policy", "latest"));
            ada.await("turn_retracted");
            JsonObject seen =
                    new JsonObject(get("n2", "/v1/sessions/" + session).body());
            assertEquals(2, active(seen), seen::encode);
            ada.send(input("c5", "once more").put("policy", "rollback"));
            ada.collectStatus("completed");
        }
        JsonArray messages = new JsonObject(
                        get("n3", "/v1/sessions/" + session + "/messages").body())
                .getJsonArray("messages");
        assertEquals(
                List.of("once more", "0 1 2 "),
                messages.stream().map(m -> ((JsonObject) m).getString("text")).toList(),
                "what was rolled back or replaced was never said");
    }

    @Test
    void a_turn_is_done_again_on_a_branch_of_its_own_and_a_budget_stops_another() throws Exception {
        String session = session("");
        try (RawSocket ada = attached("n1", session, "ada", "")) {
            ada.send(input("c1", "slow 3"));
            ada.collectStatus("completed");
            ada.send(frame("edit", "c2").put("turn", "t1").put("text", "slow 5"));
            ada.collectStatus("completed");
            assertEquals("0 1 2 3 4 ", said("n2", session));
            ada.send(frame("select_branch", "c3").put("turn", "t1"));
            ada.await("branch_selected");
            assertEquals("0 1 2 ", said("n3", session));
        }
        JsonObject branches =
                new JsonObject(get("n2", "/v1/sessions/" + session).body());
        assertEquals(
                new JsonArray().add("t1").add("t2"),
                branches.getJsonArray("branches").getJsonObject(0).getJsonArray("beside"));

        String poor = "poor-" + ++sessions;
        String body = "{'id':'" + poor + "','model':'scripted:test','budget':{'turn':{'tokens':40}}}";
        assertEquals(201, post("n1", "/v1/sessions", body.replace('\'', '"')).statusCode());
        try (RawSocket ada = attached("n2", poor, "ada", "")) {
            ada.send(input("c1", "slow 1000"));
            JsonObject end = ada.collectStatus("failed").getLast();
            assertEquals("budget_exceeded", end.getString("code"));
        }
    }

    private static long active(JsonObject session) {
        return session.getJsonArray("turns").stream()
                .map(turn -> ((JsonObject) turn).getString("status"))
                .filter(status -> status.equals("in_progress") || status.equals("received"))
                .count();
    }

    /** @param approval further terms of the tool that deletes, with single quotes; empty for none */
    private static String session(String approval) throws Exception {
        String id = "people-" + ++sessions;
        String terms = "{'when':'always'" + (approval.isEmpty() ? "" : "," + approval) + "}";
        String body = "{'id':'" + id
                + "','model':'scripted:test','tools':[{'name':'deleteFile','executor':'server','approval':" + terms
                + "}]}";
        HttpResponse<String> made = post("n1", "/v1/sessions", body.replace('\'', '"'));
        assertEquals(201, made.statusCode(), made::body);
        return id;
    }

    private static RawSocket attached(String node, String session, String user, String roles) throws Exception {
        RawSocket socket =
                new RawSocket(url(node), "/v1/sessions/" + session + "/ws?after=0&user=" + user + "&roles=" + roles);
        socket.await("attached");
        return socket;
    }

    private static JsonObject frame(String type, String id) {
        return new JsonObject().put("type", type).put("id", id);
    }

    private static JsonObject input(String id, String text) {
        return frame("input", id).put("text", text);
    }

    private static JsonObject approve(String id) {
        return frame("approve", id).put("callId", "k1");
    }

    private static JsonObject claim(String id, JsonObject call) {
        return frame("tool_claim", id).put("callId", call.getString("callId"));
    }

    /** Takes longer than a socket may be silent. */
    private static JsonObject awaitRelease(RawSocket socket) throws Exception {
        while (true) {
            for (JsonObject frame : socket.send(frame("ping", "p")).collect("pong")) {
                if (frame.getString("type").equals("tool_released")) {
                    return frame;
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static String answer(RawSocket socket, JsonObject command) throws Exception {
        JsonObject answer = reply(socket, command);
        return answer.getString("type").equals("ack") ? "ack" : answer.encode();
    }

    private static String code(RawSocket socket, JsonObject command) throws Exception {
        return reply(socket, command).getString("code", "none");
    }

    private static JsonObject reply(RawSocket socket, JsonObject command) throws Exception {
        socket.send(command);
        while (true) {
            JsonObject frame = socket.json();
            if (command.getString("id").equals(frame.getString("id"))
                    && (frame.getString("type").equals("ack")
                            || frame.getString("type").equals("error"))) {
                return frame;
            }
        }
    }

    private static JsonObject only(List<JsonObject> frames, String type) {
        List<JsonObject> found =
                frames.stream().filter(f -> f.getString("type").equals(type)).toList();
        assertEquals(1, found.size(), () -> type + " in " + frames);
        return found.getFirst();
    }

    private static JsonArray awaitInbox(String node, String user, int size) throws Exception {
        while (true) {
            JsonArray waiting =
                    new JsonObject(get(node, "/v1/inbox?user=" + user).body()).getJsonArray("approvals");
            if (waiting.size() == size) {
                return waiting;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static JsonObject awaitStatus(String node, String session, String status) throws Exception {
        while (true) {
            JsonObject turn =
                    new JsonObject(get(node, "/v1/sessions/" + session).body()).getJsonObject("turn");
            if (turn != null && turn.getString("status").equals(status)) {
                return turn;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** What the agent said last on the current branch. */
    private static String said(String node, String session) throws Exception {
        return new JsonObject(get(node, "/v1/sessions/" + session + "/messages").body())
                .getJsonArray("messages").stream()
                        .map(JsonObject.class::cast)
                        .filter(message -> message.getString("role").equals("assistant"))
                        .map(message -> message.getString("text"))
                        .collect(Collectors.toList())
                        .getLast();
    }

    private static void input(String node, String session, String text) throws Exception {
        HttpResponse<String> taken = post(
                node,
                "/v1/sessions/" + session + "/inputs?user=ada",
                new JsonObject().put("text", text).encode());
        assertEquals(202, taken.statusCode(), taken::body);
    }

    private static HttpResponse<String> command(String node, String session, String user, JsonObject command)
            throws Exception {
        return post(node, "/v1/sessions/" + session + "/commands?user=" + user, command.encode());
    }

    private static HttpResponse<String> get(String node, String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(url(node).resolve(path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String node, String path, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(url(node).resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI url(String node) {
        return lab.node(node).url();
    }
}
