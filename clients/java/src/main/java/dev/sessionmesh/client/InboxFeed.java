package dev.sessionmesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows the approvals that wait for whoever the token is of, across sessions, until it is closed. A lost stream is opened again, at
 * the next node and with a token asked for anew, after a back-off; it begins with all there is.
 */
public final class InboxFeed {
    private final Vertx vertx;
    private final Context context;
    private final HttpClient client;
    private final ClientOptions options;
    private final InboxListener listener;
    private final Backoff backoff;
    private final Promise<SessionmeshException> ended = Promise.promise();
    private int attempts;
    private long timerId = -1;
    private @Nullable HttpClientRequest open;
    private volatile Inbox inbox = Inbox.EMPTY;

    InboxFeed(Vertx vertx, HttpClient client, ClientOptions options, InboxListener listener, RandomGenerator random) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.client = client;
        this.options = options;
        this.listener = listener;
        this.backoff = new Backoff(options.limits(), random);
        context.runOnContext(now -> attempt());
    }

    /** As it was told last; empty before the first time. */
    public Inbox inbox() {
        return inbox;
    }

    /** Completes when it is over for good, with the reason. */
    public Future<SessionmeshException> ended() {
        return ended.future();
    }

    /** Stops following; the listener hears nothing any more. */
    public Future<Void> close() {
        context.runOnContext(now -> end(SessionmeshException.closed("the inbox was closed")));
        return ended.future().mapEmpty();
    }

    private void attempt() {
        if (over()) {
            return;
        }
        URI node = options.nodes().get(attempts++ % options.nodes().size());
        OnContext.then(
                        context,
                        options.token()
                                .timeout(options.limits().requestTimeout().toMillis(), TimeUnit.MILLISECONDS),
                        token -> client.request(request(node, token)).compose(this::send))
                .onComplete(read -> context.runOnContext(now -> lost(read.cause())));
    }

    private RequestOptions request(URI node, Optional<String> token) {
        return Addresses.http(node, HttpMethod.GET, "/v1/inbox", token, options)
                .putHeader("Accept", "text/event-stream");
    }

    /** Completes when the stream has ended. */
    private Future<Void> send(HttpClientRequest request) {
        if (over()) {
            return request.reset().mapEmpty();
        }
        open = request;
        return request.send()
                .compose(response -> response.statusCode() == 200
                        ? read(request, response)
                        : response.body().compose(body -> Future.failedFuture(HttpCalls.refusal(response, body))));
    }

    private Future<Void> read(HttpClientRequest request, HttpClientResponse response) {
        Promise<Void> end = Promise.promise();
        long quietMs = options.limits().streamQuiet().toMillis();
        Silence silence = new Silence(
                vertx,
                quietMs,
                () -> end.tryFail(SessionmeshException.unreachable("nothing was heard for " + quietMs + " ms")));
        EventLines lines = new EventLines(options.limits().streamEventBytesMax(), this::event);
        response.exceptionHandler(end::tryFail);
        response.endHandler(ignored -> end.tryComplete());
        response.handler(part -> {
            silence.heard();
            try {
                lines.handle(part);
            } catch (FrameReader.BadFrame | ClassCastException bad) {
                end.tryFail(bad);
            }
        });
        return end.future().onComplete(over -> silence.stop()).onFailure(why -> request.reset());
    }

    private void event(String data) {
        JsonObject frame = FrameReader.parse(data);
        // Others say that the stream is about to end: it will.
        if (!over() && "inbox".equals(frame.getValue("type"))) {
            inbox = inbox.after(frame);
            backoff.succeeded();
            tell(() -> listener.changed(inbox));
        }
    }

    /** @param why null when the server ended the stream in good order, as one that drains does */
    private void lost(@Nullable Throwable why) {
        open = null;
        if (over()) {
            return;
        }
        long delayMs = Math.max(1, backoff.nextDelayMs());
        if (why != null) {
            SessionmeshException coded = SessionmeshException.of(why);
            tell(() -> listener.failed(coded));
            if (!coded.retryable()) {
                end(coded);
                return;
            }
            delayMs = Math.max(delayMs, coded.retryAfter().toMillis());
        }
        timerId = vertx.setTimer(delayMs, due -> context.runOnContext(now -> attempt()));
    }

    private void end(SessionmeshException why) {
        if (ended.tryComplete(why)) {
            vertx.cancelTimer(timerId);
            HttpClientRequest last = open;
            if (last != null) {
                last.reset();
            }
        }
    }

    private boolean over() {
        return ended.future().isComplete();
    }

    /** A listener that throws harms nobody else: the context's exception handler gets to see it. */
    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            context.runOnContext(ignored -> {
                throw e;
            });
        }
    }
}
