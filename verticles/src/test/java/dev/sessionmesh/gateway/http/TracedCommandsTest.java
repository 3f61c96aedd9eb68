package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.trace.HeardTraces;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients say of traces, and what becomes of it. */
@Timeout(60)
final class TracedCommandsTest {
    private static final String MINE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String OTHER = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01";

    private static HeardTraces traces;
    private static HttpNode traced;
    private static HttpNode plain;

    @BeforeAll
    static void start() throws Exception {
        traces = new HeardTraces();
        traced = new HttpNode(traces);
        plain = new HttpNode();
        for (HttpNode node : List.of(traced, plain)) {
            for (String session : List.of("s1", "s2", "s3")) {
                node.post("/v1/sessions", "{\"id\":\"" + session + "\"}");
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        traced.close();
        plain.close();
    }

    private static int ask(HttpNode node, String session, String traceparent) throws Exception {
        return node.send(node.request("/v1/sessions/" + session + "/inputs")
                        .header("Content-Type", "application/json")
                        .header("traceparent", traceparent)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"hi\"}")))
                .statusCode();
    }

    private static String traceOf(HttpNode node, String session, String turn) throws Exception {
        SessionKey key = new SessionKey(SessionKey.DEFAULT_TENANT, session);
        Outcome<State> seen = HttpNode.await(node.service.view(Access.ALL, key));
        return ((Outcome.Done<State>) seen).value().turn(turn).orElseThrow().trace();
    }

    private static HeardTraces.Heard last(String name) {
        return traces.named(name).getLast();
    }

    @Test
    void the_header_of_a_request_is_where_its_command_belongs() throws Exception {
        assertEquals(202, ask(traced, "s1", MINE));
        assertEquals(MINE, last("input").parent);
        assertEquals(last("input").place(), last("append").parent);
        assertEquals(last("append").place(), traceOf(traced, "s1", "t1"));
        assertEquals("hi", last("input").said.get("sessionmesh.input"));
        assertEquals("well", last("append").end);
        assertEquals("well", last("input").end);
        assertEquals(202, ask(traced, "s1", "00-nonsense"));
        assertEquals("", last("input").parent, "a trace of its own");
    }

    @Test
    void what_is_refused_is_told_with_its_code() throws Exception {
        traced.post("/v1/sessions/s3/commands", "{\"type\":\"withdraw\",\"turn\":\"t9\"}");
        assertEquals("turn_not_found", last("withdraw").end);
    }

    @Test
    void a_frame_says_it_for_itself_and_tabs_are_told_of_as_their_events_come() throws Exception {
        HeardFrames heard = new HeardFrames();
        WebSocket socket = traced.client()
                .newWebSocketBuilder()
                .header("traceparent", OTHER)
                .buildAsync(traced.webSocket("/v1/sessions/s2/ws?after=0"), heard)
                .get(10, TimeUnit.SECONDS);
        heard.next("attached");
        send(socket, "{\"type\":\"input\",\"text\":\"hi\",\"id\":\"c1\",\"traceparent\":\"" + MINE + "\"}");
        assertEquals("ack", heard.answerTo("c1"));
        assertEquals(MINE, last("input").parent);
        String place = traceOf(traced, "s2", "t1");
        send(socket, "{\"type\":\"input\",\"text\":\"hi\",\"id\":\"c2\",\"traceparent\":\"x\"}");
        assertEquals("ack", heard.answerTo("c2"));
        assertEquals(OTHER, last("input").parent, "the connection's, where the frame says nothing of use");
        traced.run(
                "s2",
                "t1",
                new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of("a", "b"))),
                new Output.End(TurnStatus.COMPLETED, "", "", Usage.UNKNOWN));
        while (traces.named("deliver").stream()
                        .filter(span -> span.parent.equals(place))
                        .count()
                < 2) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        List<Object> parts = traces.named("deliver").stream()
                .filter(span -> span.parent.equals(place))
                .map(span -> span.said.get("part"))
                .toList();
        assertEquals(List.of("first_token", "end"), parts);
        socket.abort();
    }

    private static void send(WebSocket socket, String frame) throws Exception {
        socket.sendText(frame, true).get(10, TimeUnit.SECONDS);
    }

    @Test
    void where_nobody_collects_nothing_of_it_is_kept() throws Exception {
        assertEquals(202, ask(plain, "s1", MINE));
        assertEquals("", traceOf(plain, "s1", "t1"));
    }
}
