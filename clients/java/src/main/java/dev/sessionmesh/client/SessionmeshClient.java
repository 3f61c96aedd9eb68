package dev.sessionmesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.random.RandomGenerator;

/**
 * A client of a session mesh.
 *
 * <pre>{@code
 * var client = SessionmeshClient.create(vertx, ClientOptions.of(List.of(URI.create("http://127.0.0.1:8080"))));
 * client.http().createSession(new JsonObject().put("id", "s1").put("model", "scripted:test"))
 *     .onSuccess(created -> {
 *         Tab tab = client.follow("s1", Position.start(), frame -> System.out.println(frame));
 *         tab.input("hello");
 *     });
 * }</pre>
 */
public final class SessionmeshClient {

    /** Tabs and requests to one node at a time; beyond it they wait for a connection. */
    private static final int CONNECTIONS_PER_NODE = 65_536;

    private static final int REQUESTS_PER_NODE = 64;

    private final Vertx vertx;
    private final ClientOptions options;
    private final RandomGenerator random;
    private final WebSocketClient webSockets;
    private final HttpClient requests;
    /** Where requests are made and answered. */
    private final Context calls;
    /** Apart from requests: each of them keeps a connection. */
    private final HttpClient streams;

    private SessionmeshClient(Vertx vertx, ClientOptions options, RandomGenerator random) {
        this.vertx = vertx;
        this.calls = vertx.getOrCreateContext();
        this.options = options;
        this.random = random;
        ClientLimits limits = options.limits();
        int connectTimeoutMs = (int) limits.connectTimeout().toMillis();
        this.webSockets = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxConnections(CONNECTIONS_PER_NODE)
                .setMaxFrameSize(limits.frameBytesMax())
                .setMaxMessageSize(limits.frameBytesMax())
                .setConnectTimeout(connectTimeoutMs));
        this.requests = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(connectTimeoutMs),
                new PoolOptions().setHttp1MaxSize(REQUESTS_PER_NODE));
        this.streams = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(connectTimeoutMs),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_NODE));
    }

    /** A client on this Vert.x instance. */
    public static SessionmeshClient create(Vertx vertx, ClientOptions options) {
        return new SessionmeshClient(vertx, options, RandomGenerator.getDefault());
    }

    /** A client whose back-off draws from {@code random}, for runs that must be repeatable. */
    public static SessionmeshClient create(Vertx vertx, ClientOptions options, RandomGenerator random) {
        return new SessionmeshClient(vertx, options, random);
    }

    /** Opens a tab that follows {@code session} from a position on; the listener is called on the caller's Vert.x context. */
    public Tab follow(String session, Position from, TabListener listener) {
        return follow(options, session, from, listener);
    }

    /** Opens a tab with options of its own, such as another order of nodes. */
    public Tab follow(ClientOptions own, String session, Position from, TabListener listener) {
        return new Tab(vertx, webSockets, own, session, from, listener, random);
    }

    /** Follows what waits for the caller's decision, in any session; the listener is called on the caller's Vert.x context. */
    public InboxFeed followInbox(InboxListener listener) {
        return followInbox(options, listener);
    }

    /** Follows an inbox with options of its own, such as the tokens of one user of many. */
    public InboxFeed followInbox(ClientOptions own, InboxListener listener) {
        return new InboxFeed(vertx, streams, own, listener, random);
    }

    /** The plain HTTP side. */
    public SessionmeshHttp http() {
        return http(options);
    }

    /** The plain HTTP side with options of its own. */
    public SessionmeshHttp http(ClientOptions own) {
        return new SessionmeshHttp(new HttpCalls(calls, requests, own));
    }

    /** What the back end of a tenant administers. */
    public SessionmeshAdmin admin() {
        return new SessionmeshAdmin(new HttpCalls(calls, requests, options));
    }

    /** What an operator asks of the whole cluster; the client's token has to be the nodes' admin token. */
    public SessionmeshOperator operator() {
        return new SessionmeshOperator(new HttpCalls(calls, requests, options));
    }

    /** Closes every connection. Tabs and inboxes that are still open lose theirs: close them first. */
    public Future<Void> close() {
        return Future.join(webSockets.close(), requests.close(), streams.close())
                .mapEmpty();
    }
}
