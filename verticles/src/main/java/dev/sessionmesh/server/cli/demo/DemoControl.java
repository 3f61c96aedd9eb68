package dev.sessionmesh.server.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The door through which the page kills and starts nodes: {@code GET /nodes}, {@code POST /nodes/{name}/kill} and
 * {@code POST /nodes/{name}/start}. It listens on loopback only, answers pages of loopback only, and wants the token that was
 * printed for whoever started the demo.
 */
final class DemoControl implements AutoCloseable {
    static final String TOKEN_HEADER = "X-Demo-Token";
    private static final Pattern ACTION = Pattern.compile("/nodes/([A-Za-z0-9-]{1,32})/(kill|start)");

    private final DemoCluster cluster;
    private final byte[] token;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private DemoControl(DemoCluster cluster, String token, HttpServer server) {
        this.cluster = cluster;
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.server = server;
    }

    static DemoControl start(DemoCluster cluster, String token) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        DemoControl control = new DemoControl(cluster, token, server);
        server.setExecutor(control.threads);
        server.createContext("/", control::handle);
        server.start();
        return control;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private record Answer(int status, Object json) {
        static Answer error(int status, String message) {
            return new Answer(status, new JsonObject().put("error", message));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String origin = exchange.getRequestHeaders().getFirst("Origin");
            if (origin != null && isLoopback(origin)) {
                var headers = exchange.getResponseHeaders();
                headers.set("Access-Control-Allow-Origin", origin);
                headers.set("Access-Control-Allow-Methods", "GET, POST");
                headers.set("Access-Control-Allow-Headers", TOKEN_HEADER + ", Content-Type");
                headers.set("Vary", "Origin");
            }
            if (exchange.getRequestMethod().equals("OPTIONS")) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            Answer answer = origin != null && !isLoopback(origin)
                    ? Answer.error(403, "only pages of this machine may ask")
                    : answer(exchange);
            byte[] body = answer.json().toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String given = exchange.getRequestHeaders().getFirst(TOKEN_HEADER);
        if (given == null || !MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8))) {
            return Answer.error(401, TOKEN_HEADER + " is missing or wrong");
        }
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        Matcher action = ACTION.matcher(path);
        if (path.equals("/nodes")) {
            return method.equals("GET") ? new Answer(200, nodes()) : Answer.error(405, "GET it");
        }
        if (!action.matches()) {
            return Answer.error(404, "no such path");
        }
        if (!method.equals("POST")) {
            return Answer.error(405, "POST it");
        }
        var node = cluster.node(action.group(1));
        if (node.isEmpty()) {
            return Answer.error(404, "no node of this name");
        }
        boolean kill = action.group(2).equals("kill");
        boolean done = kill ? node.get().kill() : cluster.start(node.get());
        return done
                ? new Answer(200, json(node.get().state()))
                : Answer.error(409, kill ? "it does not run" : "it runs already");
    }

    private JsonArray nodes() {
        JsonArray nodes = new JsonArray();
        cluster.states().forEach(state -> nodes.add(json(state)));
        return nodes;
    }

    private static JsonObject json(DemoNode.State state) {
        return new JsonObject()
                .put("name", state.name())
                .put("url", state.url().toString())
                .put("pid", state.pid())
                .put("alive", state.alive());
    }

    private static boolean isLoopback(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && (host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"));
        } catch (IllegalArgumentException rubbish) {
            return false;
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
