package dev.sessionmesh.webhook;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests. A name is resolved here, and the connection is made to the very address that was looked at: one that changes its mind in
 * between leads nowhere else. Redirects are not followed. Of an answer only its status counts; its body is let go of.
 */
final class HttpPoster implements Poster {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int BODY_BYTES_MOST = 16_384;

    /** Resolves a name, blocking. */
    @FunctionalInterface
    interface Names {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final Vertx vertx;
    private final HttpClient client;
    private final SigningKeys keys;
    private final UrlRules rules;
    private final WebhookLimits limits;
    private final LongSupplier now;
    private final Executor blocking;
    private final Names names;

    HttpPoster(
            Vertx vertx,
            HttpClientOptions options,
            SigningKeys keys,
            UrlRules rules,
            WebhookLimits limits,
            LongSupplier now,
            Executor blocking,
            Names names) {
        this.vertx = vertx;
        this.keys = keys;
        this.rules = rules;
        this.limits = limits;
        this.now = now;
        this.blocking = blocking;
        this.names = names;
        this.client = vertx.createHttpClient(
                options.setConnectTimeout((int) limits.connectTimeout().toMillis())
                        .setVerifyHost(true)
                        .setMaxHeaderSize(BODY_BYTES_MOST)
                        .setKeepAliveTimeout(30)
                        .setDecompressionSupported(false),
                // Who shares a host must not wait for one another.
                new PoolOptions().setHttp1MaxSize(limits.inFlight() * limits.endpointsPerTenant()));
    }

    /** What a try begins with, and what keeps a thread for a while: where the name leads, and the signature. */
    private record Prepared(InetAddress[] addresses, Map<String, String> headers) {}

    @Override
    public CompletionStage<Answer> post(URI url, Message message) {
        CompletableFuture<Prepared> prepared = CompletableFuture.supplyAsync(() -> prepare(url, message), blocking)
                .orTimeout(limits.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        return Future.fromCompletionStage(prepared, vertx.getOrCreateContext())
                .compose(ready -> send(url, ready, message.body()))
                .recover(failure -> Future.succeededFuture(new Answer.Failed(code(failure), 0)))
                .toCompletionStage();
    }

    /** Not on the worker threads that others share: names of dead domains can take long. */
    private Prepared prepare(URI url, Message message) {
        try {
            return new Prepared(names.resolve(bare(url.getHost())), message.headers(keys, now.getAsLong()));
        } catch (UnknownHostException unknown) {
            throw new CompletionException(unknown);
        }
    }

    private Future<Answer> send(URI url, Prepared ready, byte[] body) {
        for (InetAddress address : ready.addresses()) {
            if (!rules.permits(address)) {
                // Not even when another of its addresses would do: somebody has this name point inside.
                return Future.succeededFuture(new Answer.Failed("address_refused", 0));
            }
        }
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(port, ready.addresses()[0].getHostAddress()))
                .setHost(bare(url.getHost()))
                .setPort(port)
                .setSsl(secure)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
                .setFollowRedirects(false)
                .setConnectTimeout(limits.connectTimeout().toMillis());
        ready.headers().forEach(options::putHeader);
        return client.request(options).compose(request -> answered(request, body));
    }

    private Future<Answer> answered(HttpClientRequest request, byte[] body) {
        long timer =
                vertx.setTimer(limits.answerTimeout().toMillis(), late -> request.reset(0, new TimeoutException()));
        return request.send(Buffer.buffer(body))
                .map(response -> {
                    letGo(request, response, timer);
                    return Answer.of(response.statusCode(), retryAfter(response));
                })
                .onFailure(failure -> vertx.cancelTimer(timer));
    }

    /** A short body is read, so that the connection can be used again; a long or slow one ends it. */
    private void letGo(HttpClientRequest request, HttpClientResponse response, long timer) {
        int[] bytes = {0};
        response.exceptionHandler(cut -> vertx.cancelTimer(timer));
        response.endHandler(all -> vertx.cancelTimer(timer));
        response.handler(chunk -> {
            bytes[0] += chunk.length();
            if (bytes[0] > BODY_BYTES_MOST) {
                vertx.cancelTimer(timer);
                request.reset();
            }
        });
    }

    private long retryAfter(HttpClientResponse response) {
        @Nullable String given = response.getHeader("Retry-After");
        if (given == null) {
            return 0;
        }
        if (given.matches("[0-9]{1,9}")) {
            return Long.parseLong(given) * 1_000;
        }
        try {
            Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(given));
            return Math.max(0, at.toEpochMilli() - now.getAsLong());
        } catch (DateTimeException unreadable) {
            return 0;
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String code(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException unknown -> {
                    return "unknown_host";
                }
                case SSLException tls -> {
                    return "tls";
                }
                case TimeoutException late -> {
                    return "timeout";
                }
                case io.netty.channel.ConnectTimeoutException late -> {
                    return "timeout";
                }
                case java.net.ConnectException refused -> {
                    return "not_reached";
                }
                default -> {}
            }
        }
        return "connection_lost";
    }
}
