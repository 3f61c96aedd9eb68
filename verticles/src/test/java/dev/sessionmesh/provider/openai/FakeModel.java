package dev.sessionmesh.provider.openai;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A real HTTP server that answers each request as it was told beforehand, well or badly. */
final class FakeModel {
    static final Secret KEY = Secret.of("sk-test-0123456789abcdef");
    static final String DONE = "data: [DONE]\n\n";

    final List<JsonObject> bodies = new CopyOnWriteArrayList<>();
    final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
    private final Queue<Consumer<HttpServerResponse>> answers = new ConcurrentLinkedQueue<>();
    private final Promise<Void> closed = Promise.promise();
    private final HttpServer server;

    FakeModel(Vertx vertx) {
        this(vertx, new HttpServerOptions());
    }

    FakeModel(Vertx vertx, HttpServerOptions options) {
        server = Running.await(
                vertx.createHttpServer(options).requestHandler(this::answer).listen(0, "127.0.0.1"));
    }

    int port() {
        return server.actualPort();
    }

    OpenAiSettings settings() {
        return OpenAiSettings.of(URI.create("http://127.0.0.1:" + port() + "/v1"), KEY, "tiny");
    }

    /** A connection of a client was closed before the answer was complete. */
    Future<Void> closed() {
        return closed.future();
    }

    FakeModel then(Consumer<HttpServerResponse> answer) {
        answers.add(answer);
        return this;
    }

    /** The whole stream at once. */
    FakeModel thenStream(String... parts) {
        return then(response -> stream(response).end(String.join("", parts)));
    }

    /** Something of the stream, and then the connection is gone. */
    FakeModel thenBreakOff(String... parts) {
        return then(response -> stream(response)
                .write(String.join("", parts))
                .onComplete(written -> requests.getLast().connection().close()));
    }

    FakeModel thenRefuse(int status, String body) {
        return then(response -> response.setStatusCode(status).end(body));
    }

    static HttpServerResponse stream(HttpServerResponse response) {
        return response.setChunked(true).putHeader("content-type", "text/event-stream");
    }

    static String text(String content) {
        return event(new JsonObject().put("content", content), null);
    }

    static String reasoning(String content) {
        return event(new JsonObject().put("reasoning_content", content), null);
    }

    static String call(int index, String id, String name, String arguments) {
        JsonObject call =
                new JsonObject().put("index", index).put("function", new JsonObject().put("arguments", arguments));
        if (!id.isEmpty()) {
            call.put("id", id).put("type", "function").getJsonObject("function").put("name", name);
        }
        return event(new JsonObject().put("tool_calls", new JsonArray().add(call)), null);
    }

    static String finish(String reason) {
        return event(new JsonObject(), reason);
    }

    static String usage(int input, int output) {
        JsonObject usage = new JsonObject().put("prompt_tokens", input).put("completion_tokens", output);
        return data(new JsonObject().put("choices", new JsonArray()).put("usage", usage));
    }

    static String data(JsonObject event) {
        return "data: " + event.encode() + "\n\n";
    }

    private static String event(JsonObject delta, String finish) {
        JsonObject choice = new JsonObject().put("index", 0).put("delta", delta).put("finish_reason", finish);
        return data(new JsonObject()
                .put("object", "chat.completion.chunk")
                .put("choices", new JsonArray().add(choice))
                .putNull("usage"));
    }

    private void answer(HttpServerRequest request) {
        requests.add(request);
        request.body().onSuccess(body -> {
            bodies.add(body.toJsonObject());
            request.response().closeHandler(gone -> {
                if (!request.response().ended()) {
                    closed.tryComplete();
                }
            });
            Consumer<HttpServerResponse> answer = answers.poll();
            if (answer == null) {
                request.response().setStatusCode(418).end("no answer was prepared for this request");
            } else {
                answer.accept(request.response());
            }
        });
    }
}
