package dev.sessionmesh.server.cli.migrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the command makes of what nodes say of their hand-over. */
final class MigrateCommandTest {
    private final List<HttpServer> nodes = new ArrayList<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final StringWriter said = new StringWriter();

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.stop(0));
    }

    /** @param progress what it says of its hand-over, by how often it was asked before */
    private String node(IntFunction<JsonObject> progress) throws IOException {
        AtomicInteger times = new AtomicInteger();
        HttpServer node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        nodes.add(node);
        node.createContext("/admin", call -> {
            asked.add(call.getRequestMethod() + " " + call.getRequestURI());
            boolean looks = call.getRequestMethod().equals("GET");
            JsonObject handOver = progress.apply(looks ? times.getAndIncrement() : times.get());
            answer(call, new JsonObject().put("handOver", handOver));
        });
        node.start();
        return "http://127.0.0.1:" + node.getAddress().getPort();
    }

    private static void answer(HttpExchange call, JsonObject what) throws IOException {
        byte[] bytes = what.encode().getBytes(StandardCharsets.UTF_8);
        call.sendResponseHeaders(200, bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }

    private static JsonObject progress(boolean underWay, int left, int gone) {
        return new JsonObject()
                .put("underWay", underWay)
                .put("left", left)
                .put("handedOver", gone)
                .put("ephemeral", 0);
    }

    private int migrate(String... arguments) {
        PrintWriter out = new PrintWriter(said);
        return new CommandLine(new MigrateCommand()).setOut(out).setErr(out).execute(arguments);
    }

    @Test
    void nodes_whose_sessions_are_all_gone_are_drained() throws IOException {
        String one = node(times -> progress(true, times < 2 ? 1 : 0, times));
        String other = node(times -> progress(true, 0, 3));
        assertEquals(0, migrate("--from", one + "," + other), said::toString);
        assertEquals(2, Collections.frequency(asked, "POST /admin/drain"));
    }

    @Test
    void a_hand_over_that_somebody_else_calls_off_drains_nobody() throws IOException {
        String one = node(times -> progress(times < 2, times < 2 ? 5 : 0, 1));
        String other = node(times -> progress(true, 0, 3));
        assertEquals(1, migrate("--from", one + "," + other), said::toString);
        assertFalse(asked.contains("POST /admin/drain"), "sessions are still served there");
        assertEquals(2, Collections.frequency(asked, "DELETE /admin/archive/hand-over"));
        assertTrue(said.toString().contains("called off"), said::toString);
    }

    @Test
    void what_is_not_gone_in_time_goes_on_where_it_is() throws IOException {
        String one = node(times -> progress(true, 2, 1));
        assertEquals(1, migrate("--from", one, "--within", "1"), said::toString);
        assertFalse(asked.contains("POST /admin/drain"));
        assertEquals(1, Collections.frequency(asked, "DELETE /admin/archive/hand-over"));
    }

    @Test
    void nothing_is_begun_when_a_node_does_not_answer() throws IOException {
        String one = node(times -> progress(true, 0, 0));
        assertEquals(2, migrate("--from", one + ",http://127.0.0.1:1"), said::toString);
        assertFalse(asked.contains("POST /admin/archive/hand-over"));
        assertEquals(2, migrate("--from", one, "--within", "0"));
    }
}
