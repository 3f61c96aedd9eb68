package dev.sessionmesh.client;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP side of a mesh: plain requests, answered by the first node that can. A node that can't be reached, or refuses for the
 * moment, is passed over once; then the call fails with the last {@link SessionmeshException}. Requests that create or change
 * something carry an id, so that passing on is harmless.
 */
public final class SessionmeshHttp {

    /**
     * A page of the log.
     *
     * @param events in order, gap-free; the first one follows the {@code after} asked for
     * @param head the last durable seq
     */
    public record Events(List<Frame.Logged> events, long head) {
        public Events {
            events = List.copyOf(events);
        }
    }

    private static final int PAGE = 1000;

    private final HttpClient client;
    private final ClientOptions options;

    SessionmeshHttp(HttpClient client, ClientOptions options) {
        this.client = client;
        this.options = options;
    }

    /** {@code POST /v1/sessions}: name an {@code id} in the profile, so that a retry finds the session instead of making another. */
    public Future<JsonObject> createSession(JsonObject profile) {
        return json(HttpMethod.POST, "/v1/sessions", Optional.of(profile));
    }

    /** {@code GET /v1/sessions/{id}}. */
    public Future<JsonObject> session(String id) {
        return json(HttpMethod.GET, "/v1/sessions/" + segment(id), Optional.empty());
    }

    /** {@code DELETE /v1/sessions/{id}}: for good. */
    public Future<Void> deleteSession(String id) {
        return answer(HttpMethod.DELETE, "/v1/sessions/" + segment(id), Optional.empty(), 0)
                .mapEmpty();
    }

    /** {@code GET /v1/sessions/{id}/messages}: the folded conversation. */
    public Future<JsonObject> messages(String id) {
        return json(HttpMethod.GET, "/v1/sessions/" + segment(id) + "/messages", Optional.empty());
    }

    /** {@code GET /v1/sessions/{id}/blobs/{hash}}: a payload that is too long for the log; JSON where the place that names it holds JSON. */
    public Future<String> blob(String session, String hash) {
        String path = "/v1/sessions/" + segment(session) + "/blobs/" + segment(hash);
        return answer(HttpMethod.GET, path, Optional.empty(), 0).map(Buffer::toString);
    }

    /** {@code GET /v1/inbox}: what waits for the caller's decision, in any session. */
    public Future<JsonObject> inbox() {
        return json(HttpMethod.GET, "/v1/inbox", Optional.empty());
    }

    /** {@code GET /v1/sessions/{id}/audit}: the chain of decisions of a session. */
    public Future<JsonObject> audit(String id) {
        return json(HttpMethod.GET, "/v1/sessions/" + segment(id) + "/audit", Optional.empty());
    }

    /** {@code GET /v1/cluster}. */
    public Future<JsonObject> cluster() {
        return json(HttpMethod.GET, "/v1/cluster", Optional.empty());
    }

    /** {@code POST /v1/sessions/{id}/commands}: {@code id} is the idempotency key; returns {@code {id, seq}}. */
    public Future<JsonObject> command(String session, String id, Command command) {
        JsonObject body = command.wire().put("id", id);
        return json(HttpMethod.POST, "/v1/sessions/" + segment(session) + "/commands", Optional.of(body));
    }

    /** {@code GET /v1/sessions/{id}/events}: one page of the log. */
    public Future<Events> events(String id, long after, int limit) {
        String path = "/v1/sessions/" + segment(id) + "/events?after=" + after + "&limit=" + limit;
        return json(HttpMethod.GET, path, Optional.empty()).map(SessionmeshHttp::events);
    }

    /** The whole log up to the head at the time of the call, page by page. */
    public Future<List<Frame.Logged>> log(String id) {
        return logAfter(id, 0, new ArrayList<>());
    }

    private Future<List<Frame.Logged>> logAfter(String id, long after, List<Frame.Logged> soFar) {
        return events(id, after, PAGE).compose(page -> {
            soFar.addAll(page.events());
            long last = soFar.isEmpty() ? 0 : soFar.getLast().seq();
            boolean done = page.events().isEmpty() || last >= page.head();
            return done ? Future.succeededFuture(soFar) : logAfter(id, last, soFar);
        });
    }

    private static Events events(JsonObject json) {
        JsonArray array = json.getJsonArray("events", new JsonArray());
        List<Frame.Logged> events = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            if (FrameReader.read(array.getJsonObject(i)) instanceof Frame.Logged logged) {
                events.add(logged);
            }
        }
        return new Events(events, json.getLong("head"));
    }

    private Future<JsonObject> json(HttpMethod method, String path, Optional<JsonObject> body) {
        return answer(method, path, body, 0).compose(answer -> parsed(answer)
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(SessionmeshException.unreachable("an answer is not JSON"))));
    }

    private Future<Buffer> answer(HttpMethod method, String path, Optional<JsonObject> body, int node) {
        return once(options.nodes().get(node), method, path, body).recover(why -> {
            SessionmeshException coded =
                    why instanceof SessionmeshException e ? e : SessionmeshException.unreachable(why.toString());
            boolean more = node + 1 < options.nodes().size();
            return coded.retryable() && more ? answer(method, path, body, node + 1) : Future.failedFuture(coded);
        });
    }

    /**
     * Asks for the body where the response arrives, in the request's own thread: the client throws away what comes before somebody
     * asks, so a caller's thread that is a moment late would see an empty body.
     */
    private Future<Buffer> once(URI node, HttpMethod method, String path, Optional<JsonObject> body) {
        return client.request(Addresses.http(node, method, path, options)).compose(request -> sent(request, body)
                .compose(response -> response.body().compose(answer -> answered(response, answer))));
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
        if (response.statusCode() < 400) {
            return Future.succeededFuture(body);
        }
        Optional<JsonObject> json = parsed(body);
        if (json.isEmpty()) {
            return Future.failedFuture(
                    SessionmeshException.unreachable("status " + response.statusCode() + ", not JSON"));
        }
        JsonObject error = json.get().getJsonObject("error", new JsonObject());
        return Future.failedFuture(SessionmeshException.refused(new Frame.Refused(
                error.getString("code", "http_" + response.statusCode()),
                error.getString("message", ""),
                Optional.empty(),
                Optional.empty(),
                error.getBoolean("retryable", response.statusCode() == 503),
                error.getLong("retryAfterMs", 0L),
                error)));
    }

    private static String segment(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
