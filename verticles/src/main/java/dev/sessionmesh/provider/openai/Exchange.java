package dev.sessionmesh.provider.openai;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and the stream that answers it. It ends once, by {@link Listener#finished} or {@link Listener#broken}, or silently when
 * it is dropped; nothing is delivered after that. Confined to the event loop it was opened on.
 */
final class Exchange {
    interface Listener {
        void event(JsonObject event);

        /** The stream ended in an orderly way, though perhaps too early. */
        void finished();

        void broken(Fault fault);
    }

    /** What exchanges need of the world. */
    record Line(Vertx vertx, HttpClient client, OpenAiSettings settings, InstantSource clock, LongSupplier nanos) {}

    private static final String LAST_EVENT = "[DONE]";

    /** How long a server may take to close a stream that it called done; then its connection is given up. */
    private static final long LINGER_MILLIS = 1_000;

    private final Line line;
    private final Listener listener;
    private final SseParser parser;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean over;
    private boolean spoke;
    private boolean ended;
    private boolean paused;
    private long heard;
    private long idleTimer;

    Exchange(Line line, Listener listener) {
        this.line = line;
        this.listener = listener;
        this.parser = new SseParser(line.settings().limits().eventBytes(), this::onEvent);
    }

    /** @param trace goes along as {@code traceparent}, unless it is empty */
    void open(JsonObject body, String trace) {
        OpenAiSettings settings = line.settings();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(settings.endpoint())
                .setConnectTimeout(settings.limits().connect().toMillis())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.ACCEPT, "text/event-stream");
        if (settings.key().isPresent()) {
            options.putHeader(
                    HttpHeaders.AUTHORIZATION, "Bearer " + settings.key().reveal());
        }
        if (!trace.isEmpty()) {
            options.putHeader("traceparent", trace);
        }
        Buffer bytes = body.toBuffer();
        touch();
        watch(patience());
        line.client().request(options).onComplete(connected -> {
            if (connected.failed()) {
                fail(Fault.passing("unreachable", describe("no connection to the model server", connected.cause())));
            } else if (over) {
                connected.result().reset();
            } else {
                send(connected.result(), bytes);
            }
        });
    }

    void pause() {
        paused = true;
        if (response != null) {
            response.pause();
        }
    }

    void resume() {
        paused = false;
        touch();
        if (response != null) {
            response.resume();
        }
    }

    /** Gives the exchange up; the server sees its connection closed. */
    void drop() {
        if (!over) {
            over = true;
            hangUp();
        }
    }

    private void send(HttpClientRequest connected, Buffer bytes) {
        request = connected;
        connected.exceptionHandler(lost -> fail(lost(lost)));
        connected.send(bytes).onComplete(answered -> {
            if (over) {
                return;
            }
            if (answered.failed()) {
                fail(lost(answered.cause()));
            } else {
                receive(answered.result());
            }
        });
    }

    private void receive(HttpClientResponse answer) {
        touch();
        response = answer;
        String type = String.valueOf(answer.getHeader(HttpHeaders.CONTENT_TYPE));
        answer.exceptionHandler(lost -> fail(lost(lost)));
        if (answer.statusCode() != 200) {
            refused(answer);
        } else if (type.startsWith("application/json")) {
            fail(Fault.lasting("bad_stream", "the model server does not stream"));
        } else {
            answer.handler(this::onBytes);
            answer.endHandler(end -> {
                ended = true;
                guarded(parser::end);
                finish();
            });
        }
        if (paused) {
            answer.pause();
        }
    }

    private void refused(HttpClientResponse answer) {
        Buffer body = Buffer.buffer();
        int most = line.settings().limits().errorBytes();
        Runnable judge = () -> {
            @Nullable String header = answer.getHeader(HttpHeaders.RETRY_AFTER);
            fail(Refusals.of(
                    answer.statusCode(),
                    body.getString(0, Math.min(most, body.length()), StandardCharsets.UTF_8.name()),
                    header == null ? Fault.UNSAID : Refusals.retryAfter(header, line.clock()),
                    line.settings().key()));
        };
        answer.handler(bytes -> {
            body.appendBuffer(bytes);
            if (body.length() >= most) {
                judge.run();
            }
        });
        answer.exceptionHandler(lost -> judge.run());
        answer.endHandler(end -> {
            ended = true;
            judge.run();
        });
    }

    private void onBytes(Buffer bytes) {
        touch();
        if (!over) {
            guarded(() -> parser.feed(bytes));
        }
    }

    private void onEvent(String data) {
        if (over) {
            return;
        }
        if (!spoke) {
            spoke = true;
            line.vertx().cancelTimer(idleTimer);
            watch(patience());
        }
        if (data.equals(LAST_EVENT)) {
            finish();
            return;
        }
        try {
            listener.event(new JsonObject(data));
        } catch (DecodeException notJson) {
            throw Fault.badStream("an event of the stream is not a JSON object");
        }
    }

    private void guarded(Runnable reading) {
        try {
            reading.run();
        } catch (Fault.Raised raised) {
            fail(raised.fault());
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            line.vertx().cancelTimer(idleTimer);
            if (!ended) {
                line.vertx().setTimer(LINGER_MILLIS, late -> hangUp());
            }
            listener.finished();
        }
    }

    private void fail(Fault fault) {
        if (!over) {
            over = true;
            hangUp();
            listener.broken(fault);
        }
    }

    private void hangUp() {
        line.vertx().cancelTimer(idleTimer);
        if (request != null && !ended) {
            request.reset();
        }
    }

    private void touch() {
        heard = line.nanos().getAsLong();
    }

    private void watch(long millis) {
        idleTimer = line.vertx().setTimer(Math.max(1, millis), fired -> {
            long most = patience();
            long silent = TimeUnit.NANOSECONDS.toMillis(line.nanos().getAsLong() - heard);
            if (over) {
                return;
            }
            if (paused || silent < most) {
                watch(paused ? most : most - silent);
            } else {
                String reason = "the model server said nothing for " + most + " ms";
                fail(spoke ? Fault.passing("timeout", reason) : Fault.lasting("timeout", reason));
            }
        });
    }

    /** In milliseconds. */
    private long patience() {
        OpenAiLimits limits = line.settings().limits();
        return (spoke ? limits.idle() : limits.first()).toMillis();
    }

    private Fault lost(Throwable cause) {
        return response == null
                ? Fault.passing("unreachable", describe("the model server did not answer", cause))
                : Fault.passing("truncated", "the answer broke off");
    }

    private static String describe(String what, Throwable cause) {
        return what + " (" + cause.getClass().getSimpleName() + ")";
    }
}
