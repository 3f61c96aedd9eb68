package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.core.session.Words;
import io.vertx.core.json.JsonObject;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server really sends, frame by frame, against docs/asyncapi.yaml. */
@Timeout(30)
class SocketFramesTest {
    private static final FrameSchemas SCHEMAS = new FrameSchemas();

    private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    private final Set<String> seen = new TreeSet<>();
    private HttpNode node;
    private WebSocket socket;

    @BeforeEach
    void connect() throws Exception {
        node = new HttpNode();
        node.post("/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}");
        socket = node.client()
                .newWebSocketBuilder()
                .buildAsync(node.webSocket("/v1/ws?user=ada"), new Frames())
                .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        socket.abort();
        node.close();
    }

    @Test
    void every_frame_of_a_turn_with_all_that_can_happen_is_as_documented() throws Exception {
        until("welcome");
        say("{'type':'ping','id':'p1'}", "pong");
        say("{'type':'attach','session':'s1','after':0}", "attached");
        say("{'type':'input','id':'c1','text':'pay ada'}", "ack");
        node.claim("s1", "t1");
        node.produce(
                "s1",
                "t1",
                1,
                new Output.Text(DeltaKind.REASONING, 0, TokenRun.of("Hm. \u2028")),
                new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of("Pay", "ing."))),
                Words.call("locate", new Payload.Inline("{\"who\":\"ada\"}"), Executor.CLIENT, false),
                Words.call("pay", new Payload.Inline("{\"sum\":12.50}"), Executor.SERVER, true));
        until("approval");
        say("{'type':'input','id':'c1','text':'another body'}", "error");
        say("{'type':'tool_result','id':'c2','callId':'k1','result':{'at':'home'}}", "tool_result");
        say("{'type':'steer','id':'c3','instruction':'be quick'}", "steer");
        say("{'type':'approve','id':'c4','callId':'k2'}", "approval_resolved");
        say("{'type':'reject','id':'c5','callId':'k2'}", "error");
        node.produce("s1", "t1", 2, new Output.CallStarted("k2"));
        until("tool_started");
        node.produce(
                "s1",
                "t1",
                3,
                new Output.CallFinished("k2", dev.sessionmesh.core.session.ToolCall.Outcome.OK, Payload.of("done")),
                new Output.SteerConsumed("s1"),
                new Output.Text(DeltaKind.TEXT, 0, TokenRun.of("Done.")),
                new Output.End(TurnStatus.COMPLETED, "", "", new Usage(10, 5)));
        until("steer_resolved");
        say("{'type':'detach'}", "detached");
        say("{'type':'attach','session':'s1'}", "message");
        say("nonsense", "error");
        assertEquals(
                Set.of(
                        "ack",
                        "agent_status",
                        "approval",
                        "approval_resolved",
                        "attached",
                        "detached",
                        "error",
                        "input",
                        "message",
                        "pong",
                        "steer",
                        "steer_resolved",
                        "token",
                        "tool_call",
                        "tool_result",
                        "tool_started",
                        "turn",
                        "welcome"),
                seen);
    }

    /** Sends a frame and waits for one of a type. */
    private void say(String frame, String answer) throws Exception {
        socket.sendText(frame.replace('\'', '"'), true).get(10, TimeUnit.SECONDS);
        until(answer);
    }

    private void until(String type) throws Exception {
        JsonObject frame = new JsonObject();
        while (!type.equals(frame.getString("type"))) {
            frame = frames.poll(10, TimeUnit.SECONDS);
            assertTrue(frame != null, "no " + type + " came; seen: " + seen);
            assertEquals(List.of(), SCHEMAS.problemsOfServer(frame.encode()), frame.encode());
            seen.add(frame.getString("type"));
        }
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                frames.add(new JsonObject(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
