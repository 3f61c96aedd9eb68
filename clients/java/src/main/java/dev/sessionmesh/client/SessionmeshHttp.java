package dev.sessionmesh.client;

import static dev.sessionmesh.client.HttpCalls.segment;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /**
     * A page of the list of sessions.
     *
     * @param ids in their order
     * @param next the {@code after} of the next page; empty: this is the last one
     */
    public record SessionIds(List<String> ids, Optional<String> next) {
        public SessionIds {
            ids = List.copyOf(ids);
        }
    }

    /**
     * The conversation as it goes on: the messages of the current branch.
     *
     * @param seq the place in the log up to which it was folded
     */
    public record Messages(long seq, List<Conversation.Message> messages) {
        public Messages {
            messages = List.copyOf(messages);
        }
    }

    /**
     * Opens one WebSocket or event stream as {@code ?ticket=}, on any node: for a browser, with what the caller may do.
     *
     * @param expiresInMs how long it is good for, unless it is used before
     */
    public record Ticket(String ticket, long expiresInMs) {
        @Override
        public String toString() {
            return "Ticket[expiresInMs=" + expiresInMs + "]";
        }
    }

    private static final int PAGE = 1000;

    private final HttpCalls calls;

    SessionmeshHttp(HttpCalls calls) {
        this.calls = calls;
    }

    /** {@code POST /v1/sessions}: name an {@code id} in the profile, so that a retry finds the session instead of making another. */
    public Future<JsonObject> createSession(JsonObject profile) {
        return calls.json(HttpMethod.POST, "/v1/sessions", Optional.of(profile));
    }

    /** {@code GET /v1/sessions}: the first sessions by id, {@code limit} (1 to 1,000) of them. */
    public Future<SessionIds> sessions(int limit) {
        return page("/v1/sessions?limit=" + limit);
    }

    /** The page behind another one, whose {@code next} is {@code after}. */
    public Future<SessionIds> sessions(int limit, String after) {
        return page("/v1/sessions?limit=" + limit + "&after=" + segment(after));
    }

    private Future<SessionIds> page(String path) {
        return calls.get(
                path,
                json -> new SessionIds(
                        HttpCalls.objects(json, "sessions").stream()
                                .map(session -> FrameReader.text(session, "id"))
                                .toList(),
                        FrameReader.maybe(json, "next")));
    }

    /**
     * {@code GET /v1/sessions?order=recent}: those that meet all conditions, the most recently changed first; needs an archive. The fields are in
     * docs/archive.md.
     *
     * @param conditions such as {@code state} and {@code idle}; {@code label} and {@code name:value}
     * @param cursor the {@code next} of the page before; empty at the beginning
     */
    public Future<JsonObject> findSessions(Map<String, String> conditions, int limit, String cursor) {
        StringBuilder path = new StringBuilder("/v1/sessions?order=recent&limit=" + limit);
        conditions.forEach((name, value) ->
                path.append('&').append(segment(name)).append('=').append(segment(value)));
        if (!cursor.isEmpty()) {
            path.append("&cursor=").append(segment(cursor));
        }
        return calls.json(HttpMethod.GET, path.toString(), Optional.empty());
    }

    /** {@code GET /v1/sessions/{id}}: where it stands; {@link Conversation.Branch#of} reads its branches. */
    public Future<JsonObject> session(String id) {
        return calls.json(HttpMethod.GET, path(id, ""), Optional.empty());
    }

    /** {@code DELETE /v1/sessions/{id}}: for good. */
    public Future<Void> deleteSession(String id) {
        return calls.done(HttpMethod.DELETE, path(id, ""), Optional.empty());
    }

    /** {@code GET /v1/sessions/{id}/messages}: the folded conversation, of the branch that it goes by. */
    public Future<Messages> messages(String id) {
        return calls.get(
                path(id, "/messages"),
                json -> new Messages(
                        FrameReader.number(json, "seq"),
                        HttpCalls.objects(json, "messages").stream()
                                .map(Conversation.Message::of)
                                .toList()));
    }

    /** {@code GET /v1/sessions/{id}/blobs/{hash}}: a payload that is too long for the log; JSON where the place that names it holds JSON. */
    public Future<String> blob(String session, String hash) {
        return calls.text(path(session, "/blobs/" + segment(hash)));
    }

    /** {@code GET /v1/inbox}: what waits for the caller's decision, in any session; {@link SessionmeshClient#followInbox} follows it. */
    public Future<Inbox> inbox() {
        return calls.get("/v1/inbox", Inbox::of);
    }

    /** {@code GET /v1/sessions/{id}/audit}: the chain of decisions of a session. */
    public Future<Audit> audit(String id) {
        return calls.get(path(id, "/audit"), Audit::of);
    }

    /** {@code GET /v1/sessions/{id}/presence}: who is here, on all nodes; a {@linkplain Tab#watch tab} is told of changes. */
    public Future<Presence> presence(String id) {
        return calls.get(path(id, "/presence"), json -> Presence.read(json.put("full", true)));
    }

    /** {@code GET /v1/cluster}. */
    public Future<JsonObject> cluster() {
        return calls.json(HttpMethod.GET, "/v1/cluster", Optional.empty());
    }

    /** {@code POST /v1/tickets}: refused where nodes ask nobody who he is. */
    public Future<Ticket> ticket() {
        return calls.read(
                HttpMethod.POST,
                "/v1/tickets",
                Optional.of(new JsonObject()),
                json -> new Ticket(FrameReader.text(json, "ticket"), FrameReader.number(json, "expiresInMs")));
    }

    /** {@code POST /v1/sessions/{id}/commands}: {@code id} is the idempotency key; returns {@code {id, seq}}. */
    public Future<JsonObject> command(String session, String id, Command command) {
        JsonObject body = command.wire().put("id", id);
        return calls.json(HttpMethod.POST, path(session, "/commands"), Optional.of(body));
    }

    /** {@code GET /v1/sessions/{id}/events}: one page of the log. */
    public Future<Events> events(String id, long after, int limit) {
        return calls.get(path(id, "/events?after=" + after + "&limit=" + limit), SessionmeshHttp::events);
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
        List<Frame.Logged> events = new ArrayList<>();
        for (JsonObject event : HttpCalls.objects(json, "events")) {
            if (FrameReader.read(event) instanceof Frame.Logged logged) {
                events.add(logged);
            }
        }
        return new Events(events, FrameReader.number(json, "head"));
    }

    private static String path(String session, String rest) {
        return "/v1/sessions/" + segment(session) + rest;
    }
}
