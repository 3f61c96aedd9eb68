package dev.sessionmesh.tool.mcp;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An MCP server of sessions that misbehaves as told, and remembers what it was sent. Confined to one event loop but for what it remembers. */
final class FakeMcp {
    interface Behaviour {
        /** @param reply answers with a result */
        void call(HttpServerRequest request, JsonObject message, Consumer<JsonObject> reply);
    }

    final List<JsonObject> messages = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    final List<String> traces = new CopyOnWriteArrayList<>();
    final List<String> goodbyes = new CopyOnWriteArrayList<>();
    final Map<String, Boolean> sessions = new ConcurrentHashMap<>();
    final AtomicInteger begun = new AtomicInteger();
    volatile JsonArray tools = new JsonArray().add(tool("echo"));
    volatile Behaviour behaviour = (request, message, reply) -> reply.accept(text("ok"));
    volatile int status = 200;
    volatile boolean forgetful;
    private final Vertx vertx;
    private HttpServer server;

    FakeMcp(Vertx vertx) {
        this.vertx = vertx;
    }

    static JsonObject tool(String name) {
        return new JsonObject()
                .put("name", name)
                .put("description", "does " + name)
                .put(
                        "inputSchema",
                        new JsonObject()
                                .put("type", "object")
                                .put("properties", new JsonObject().put("n", new JsonObject().put("type", "integer"))));
    }

    static JsonObject text(String text) {
        return new JsonObject()
                .put(
                        "content",
                        new JsonArray().add(new JsonObject().put("type", "text").put("text", text)));
    }

    int listen(int port) throws Exception {
        server = vertx.createHttpServer().requestHandler(this::handle);
        return server.listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .actualPort();
    }

    void close() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    List<JsonObject> sent(String method) {
        return messages.stream()
                .filter(message -> method.equals(message.getString("method")))
                .toList();
    }

    private void handle(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.GET)) {
            request.response().setStatusCode(405).end();
        } else if (request.method().equals(HttpMethod.DELETE)) {
            sessions.remove(request.getHeader("Mcp-Session-Id"));
            goodbyes.add(request.getHeader("Mcp-Session-Id"));
            request.response().end();
        } else {
            request.bodyHandler(body -> message(request, body.toJsonObject()));
        }
    }

    private void message(HttpServerRequest request, JsonObject message) {
        messages.add(message);
        authorizations.add(String.valueOf(request.getHeader("Authorization")));
        traces.add(String.valueOf(request.getHeader("traceparent")));
        String method = message.getString("method");
        if (status != 200) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Location", "/elsewhere")
                    .end();
        } else if ("initialize".equals(method)) {
            String session = "s" + begun.incrementAndGet();
            sessions.put(session, true);
            request.response().putHeader("Mcp-Session-Id", session);
            answer(
                    request,
                    message,
                    new JsonObject()
                            .put(
                                    "protocolVersion",
                                    message.getJsonObject("params").getString("protocolVersion"))
                            .put("capabilities", new JsonObject().put("tools", new JsonObject()))
                            .put(
                                    "serverInfo",
                                    new JsonObject().put("name", "fake").put("version", "1")));
        } else if (!sessions.containsKey(String.valueOf(request.getHeader("Mcp-Session-Id")))) {
            request.response().setStatusCode(404).end();
        } else if (message.getValue("id") == null) {
            request.response().setStatusCode(202).end();
        } else if ("tools/list".equals(method)) {
            answer(request, message, new JsonObject().put("tools", tools));
        } else if ("ping".equals(method)) {
            answer(request, message, new JsonObject());
        } else if (forgetful) {
            sessions.clear();
            request.response().setStatusCode(404).end();
        } else {
            behaviour.call(request, message, result -> answer(request, message, result));
        }
    }

    static void answer(HttpServerRequest request, JsonObject message, JsonObject result) {
        send(
                request,
                new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("id", message.getValue("id"))
                        .put("result", result));
    }

    static void send(HttpServerRequest request, JsonObject answer) {
        request.response().putHeader("Content-Type", "application/json").end(answer.encode());
    }
}
