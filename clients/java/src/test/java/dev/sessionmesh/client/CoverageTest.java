package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.client.Command.Verdict;
import dev.sessionmesh.client.SessionmeshAdmin.Revocation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the API offers, by its documents, against what this client does of it. A new operation or frame fails here until it has a method, or a
 * reason why it has none.
 */
@Timeout(30)
final class CoverageTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path OPENAPI =
            ROOT.resolve("verticles/src/main/resources/dev/sessionmesh/gateway/http/openapi.yaml");
    private static final Path ASYNCAPI = ROOT.resolve("docs/asyncapi.yaml");

    private static final Webhook.Draft DRAFT = Webhook.Draft.of("h1", URI.create("https://shop.example/hook"));

    /** By operation, a call that asks for it. */
    private static final Map<String, Function<SessionmeshClient, Future<?>>> CALLS = Map.ofEntries(
            Map.entry("createSession", client -> client.http().createSession(new JsonObject())),
            Map.entry("listSessions", client -> client.http().sessions(10, "s1")),
            Map.entry("getSession", client -> client.http().session("s1")),
            Map.entry("deleteSession", client -> client.http().deleteSession("s1")),
            Map.entry("eraseSession", client -> client.admin().eraseSession("s1")),
            Map.entry("readEvents", client -> client.http().events("s1", 0, 10)),
            Map.entry("readMessages", client -> client.http().messages("s1")),
            Map.entry("readAudit", client -> client.http().audit("s1")),
            Map.entry("readInbox", client -> client.http().inbox()),
            Map.entry("readBlob", client -> client.http().blob("s1", "ab")),
            Map.entry("listPresence", client -> client.http().presence("s1")),
            Map.entry("sendCommand", client -> client.http().command("s1", "c1", new Command.Withdraw("t1"))),
            Map.entry("createTicket", client -> client.http().ticket()),
            Map.entry("getCluster", client -> client.http().cluster()),
            Map.entry("getUsage", client -> client.admin().usage()),
            Map.entry("revoke", client -> client.admin().revoke(new Revocation.User("ann"))),
            Map.entry("createWebhook", client -> client.admin().createWebhook(DRAFT)),
            Map.entry("listWebhooks", client -> client.admin().webhooks()),
            Map.entry("getWebhook", client -> client.admin().webhook("h1")),
            Map.entry("replaceWebhook", client -> client.admin().replaceWebhook("h1", DRAFT)),
            Map.entry("deleteWebhook", client -> client.admin().deleteWebhook("h1")),
            Map.entry("pauseWebhook", client -> client.admin().pauseWebhook("h1")),
            Map.entry("resumeWebhook", client -> client.admin().resumeWebhook("h1")),
            Map.entry("replayWebhook", client -> client.admin().replayWebhook("h1", "s1", 0)),
            Map.entry("getWebhookKeys", client -> client.admin().webhookKeys()),
            Map.entry("readMesh", client -> client.operator().mesh()),
            Map.entry("readTimeline", client -> client.operator().timeline()),
            Map.entry("findSessions", client -> client.operator().sessions(Map.of("prefix", "a b"))),
            Map.entry("readDelivery", client -> client.operator().delivery()),
            Map.entry("readConfig", client -> client.operator().config()),
            Map.entry("drainNode", client -> client.operator().drain("n1")),
            Map.entry("undrainNode", client -> client.operator().undrain("n1")),
            Map.entry("listDrills", client -> client.operator().drills()),
            Map.entry("readDrill", client -> client.operator().drill("tour")),
            Map.entry("readDrillPage", client -> client.operator().drillPage("tour")));

    private static final String PROBE = "is asked of each node by whatever runs it, not of the first one that answers";

    private static final String FILE = "is a file, which any program that speaks HTTP moves";

    /** Operations that it does without, and why. */
    private static final Map<String, String> WITHOUT = Map.of(
            "exportSession", FILE,
            "importSession", FILE,
            "sendInput", "is sendCommand with an input",
            "getDescription", "is for tools",
            "isStarted", PROBE,
            "isLive", PROBE,
            "isReady", PROBE);

    /** One command of each kind. */
    private static final List<Command> COMMANDS = List.of(
            new Command.Input("x", Optional.empty()),
            new Command.Edit("t1", "x", Optional.empty()),
            new Command.Regenerate("t1", Optional.empty()),
            new Command.SelectBranch("t1"),
            new Command.Reorder("t1", Optional.empty()),
            new Command.Withdraw("t1"),
            new Command.Approve("k1"),
            new Command.Reject("k1", "no"),
            new Command.Delegate("k1", "bob"),
            new Command.RevokeGrant("g1"),
            new Command.Settle("k1", Verdict.RETRY, Optional.empty()),
            new Command.Cancel(Optional.empty()),
            new Command.Steer("x", Optional.empty()),
            new Command.ClaimTool("k1", "c1", Optional.empty()),
            new Command.BeatTool("k1", "c1"),
            new Command.ReleaseTool("k1", "c1"),
            new Command.ToolResult("k1", "x"),
            new Command.ToolError("k1", "x"));

    /** Frames that a tab sends by itself, and by what method of it or why. */
    private static final Map<String, String> BY_ITSELF = Map.of(
            "attach", "SessionmeshClient.follow",
            "detach", "before it attaches again",
            "ping", "when it hears nothing",
            "auth", "when the token is about to expire",
            "presence", "watch, typing, focus, status",
            "read", "markRead");

    private record Operation(String method, String path) {
        boolean isAskedBy(Operation request) {
            String template = path.replaceAll("\\{\\w+}", "[^/]+");
            return method.equals(request.method) && request.path.matches(template);
        }
    }

    private final BlockingQueue<Operation> requests = new LinkedBlockingQueue<>();

    private static Map<String, Operation> operations() throws IOException {
        Map<String, Operation> operations = new TreeMap<>();
        String path = "";
        String method = "";
        for (String line : Files.readAllLines(OPENAPI)) {
            Matcher at = Pattern.compile("  (/\\S*):|    (get|post|put|delete|patch):|      operationId: (\\w+)")
                    .matcher(line);
            if (!at.matches()) {
                continue;
            }
            path = at.group(1) == null ? path : at.group(1);
            method = at.group(2) == null ? method : at.group(2).toUpperCase(Locale.ROOT);
            if (at.group(3) != null) {
                operations.put(at.group(3), new Operation(method, path));
            }
        }
        return operations;
    }

    /** Names of the messages that AsyncAPI has of one side. */
    private static Set<String> frames(String side) throws IOException {
        Pattern message = Pattern.compile("    " + side + "\\.\\w+: \\{name: (\\w+),.*");
        return Files.readAllLines(ASYNCAPI).stream()
                .map(message::matcher)
                .filter(Matcher::matches)
                .map(at -> at.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void every_operation_has_a_method_or_a_reason_to_have_none() throws Exception {
        Set<String> known = new TreeSet<>(CALLS.keySet());
        known.addAll(WITHOUT.keySet());
        assertEquals(operations().keySet(), known);
        assertTrue(WITHOUT.keySet().stream().noneMatch(CALLS::containsKey));
    }

    @Test
    void every_method_asks_for_its_operation() throws Exception {
        Vertx vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            requests.add(new Operation(request.method().name(), request.path()));
            request.response().end("{}");
        });
        server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
        URI node = URI.create("http://127.0.0.1:" + server.actualPort());
        SessionmeshClient client = SessionmeshClient.create(vertx, ClientOptions.of(List.of(node)));
        for (Map.Entry<String, Operation> operation : operations().entrySet()) {
            Function<SessionmeshClient, Future<?>> call = CALLS.get(operation.getKey());
            if (call != null) {
                // The answer says nothing, and may be refused for that.
                call.apply(client).otherwiseEmpty().await(10, TimeUnit.SECONDS);
                Operation asked = requests.poll(10, TimeUnit.SECONDS);
                assertTrue(operation.getValue().isAskedBy(asked), operation + " but " + asked);
            }
        }
        assertTrue(requests.isEmpty());
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void every_frame_of_a_client_is_a_command_or_sent_by_the_tab() throws Exception {
        Set<Class<?>> kinds = Set.of(Command.class.getPermittedSubclasses());
        assertEquals(kinds, COMMANDS.stream().map(Object::getClass).collect(Collectors.toCollection(HashSet::new)));
        Set<String> sent = COMMANDS.stream()
                .map(command -> command.wire().getString("type"))
                .collect(Collectors.toCollection(TreeSet::new));
        sent.addAll(BY_ITSELF.keySet());
        assertEquals(frames("client"), sent);
    }

    @Test
    void every_frame_of_a_server_is_known() throws Exception {
        assertFalse(frames("server").isEmpty());
        for (String type : frames("server")) {
            JsonObject signal = new JsonObject().put("type", type);
            JsonObject logged = signal.copy().put("session", "s1").put("seq", 1);
            assertTrue(Stream.of(signal, logged).anyMatch(CoverageTest::isKnown), type);
        }
    }

    /** A known frame is one, or lacks fields. */
    private static boolean isKnown(JsonObject frame) {
        try {
            Frame read = FrameReader.read(frame);
            return !(read instanceof Frame.Unknown || read instanceof Frame.UnknownSignal);
        } catch (FrameReader.BadFrame lacking) {
            return true;
        }
    }
}
