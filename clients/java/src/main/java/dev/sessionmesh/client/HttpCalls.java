package dev.sessionmesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Requests that the first node answers that can; every failure is a {@link SessionmeshException}. */
final class HttpCalls {
    private final Context context;
    private final HttpClient client;
    private final ClientOptions options;

    HttpCalls(Context context, HttpClient client, ClientOptions options) {
        this.context = context;
        this.client = client;
        this.options = options;
    }

    Future<JsonObject> json(HttpMethod method, String path, Optional<JsonObject> body) {
        return answer(method, path, body, 0).compose(answer -> parsed(answer)
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(SessionmeshException.unreachable("an answer is not JSON"))));
    }

    /** A document, as what it means. */
    <T> Future<T> read(HttpMethod method, String path, Optional<JsonObject> body, Function<JsonObject, T> reader) {
        return json(method, path, body).compose(document -> {
            try {
                return Future.succeededFuture(reader.apply(document));
            } catch (FrameReader.BadFrame | ClassCastException e) {
                return Future.failedFuture(
                        SessionmeshException.unreachable("an answer to " + path + " is malformed: " + e.getMessage()));
            }
        });
    }

    <T> Future<T> get(String path, Function<JsonObject, T> reader) {
        return read(HttpMethod.GET, path, Optional.empty(), reader);
    }

    Future<String> text(String path) {
        return answer(HttpMethod.GET, path, Optional.empty(), 0).map(Buffer::toString);
    }

    /** For answers that say nothing. */
    Future<Void> done(HttpMethod method, String path, Optional<JsonObject> body) {
        return answer(method, path, body, 0).mapEmpty();
    }

    private Future<Buffer> answer(HttpMethod method, String path, Optional<JsonObject> body, int node) {
        return once(options.nodes().get(node), method, path, body).recover(why -> {
            SessionmeshException coded = SessionmeshException.of(why);
            boolean more = node + 1 < options.nodes().size();
            return coded.retryable() && more ? answer(method, path, body, node + 1) : Future.failedFuture(coded);
        });
    }

    /**
     * Vert.x bounds the time until an answer begins; a node that dies amid it must not be waited for either.
     *
     * <p>All of it happens on one context: the client throws away what comes before somebody asks for it, so a thread that asks a moment late
     * would see an empty body.
     */
    private Future<Buffer> once(URI node, HttpMethod method, String path, Optional<JsonObject> body) {
        long patienceMs = options.limits().requestTimeout().toMillis();
        return OnContext.then(
                context, options.token().timeout(patienceMs, TimeUnit.MILLISECONDS), token -> client.request(
                                Addresses.http(node, method, path, token, options))
                        .compose(request -> sent(request, body).compose(response -> response.body()
                                .timeout(patienceMs, TimeUnit.MILLISECONDS)
                                .onFailure(late -> request.reset())
                                .compose(answer -> answered(response, answer)))));
    }

    private static Future<HttpClientResponse> sent(HttpClientRequest request, Optional<JsonObject> body) {
        if (body.isEmpty()) {
            return request.send();
        }
        request.putHeader("Content-Type", "application/json");
        return request.send(body.get().toBuffer());
    }

    private static Optional<JsonObject> parsed(Buffer body) {
        try {
            return body.length() == 0 ? Optional.empty() : Optional.of(body.toJsonObject());
        } catch (DecodeException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static Future<Buffer> answered(HttpClientResponse response, Buffer body) {
        return response.statusCode() < 400
                ? Future.succeededFuture(body)
                : Future.failedFuture(refusal(response, body));
    }

    /** What a response of a status from 400 on says. */
    static SessionmeshException refusal(HttpClientResponse response, Buffer body) {
        Optional<JsonObject> json = parsed(body);
        if (json.isEmpty()) {
            return SessionmeshException.unreachable("status " + response.statusCode() + ", not JSON");
        }
        JsonObject error = json.get().getJsonObject("error", new JsonObject());
        return SessionmeshException.refused(new Frame.Refused(
                error.getString("code", "http_" + response.statusCode()),
                error.getString("message", ""),
                Optional.empty(),
                Optional.empty(),
                error.getBoolean("retryable", response.statusCode() == 503),
                error.getLong("retryAfterMs", 0L),
                error));
    }

    static String segment(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static List<JsonObject> objects(JsonObject json, String field) {
        JsonArray array = json.getJsonArray(field, new JsonArray());
        return array.stream().map(JsonObject.class::cast).toList();
    }
}
