package dev.sessionmesh.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests to receivers that do all kinds of things. docs/security.md names these tests. */
@Timeout(60)
final class HttpPosterTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final WebhookLimits LIMITS = quick();
    private static final SigningKeys KEYS =
            new SigningKeys(java.util.List.of(SigningKey.of(new byte[SigningKey.SEED_BYTES])));
    private static final UrlRules ANYWHERE = new UrlRules(true, true);

    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();

    private static WebhookLimits quick() {
        WebhookLimits usual = WebhookLimits.DEFAULT;
        return new WebhookLimits(
                16,
                2_048,
                32,
                256,
                8,
                64,
                262_144,
                131_072,
                1_000,
                usual.gather(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(3),
                usual.backOffFirst(),
                usual.backOffEndpoint(),
                usual.backOffSession(),
                usual.retryAfterMost(),
                usual.giveUp());
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private int server(Consumer<HttpServerRequest> behaviour) throws Exception {
        return server(new HttpServerOptions(), behaviour);
    }

    private int server(HttpServerOptions options, Consumer<HttpServerRequest> behaviour) throws Exception {
        return vertx.createHttpServer(options)
                .requestHandler(request -> {
                    asked.incrementAndGet();
                    behaviour.accept(request);
                })
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS)
                .actualPort();
    }

    private Answer post(String url) throws Exception {
        return post(url, ANYWHERE, InetAddress::getAllByName, new HttpClientOptions());
    }

    private Answer post(String url, UrlRules rules, HttpPoster.Names names, HttpClientOptions options)
            throws Exception {
        HttpPoster poster = new HttpPoster(
                vertx, options, KEYS, rules, LIMITS, System::currentTimeMillis, ForkJoinPool.commonPool(), names);
        return poster.post(URI.create(url), new Message("msg_1", new byte[] {'{', '}'}).traced(TRACE))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private static String local(int port) {
        return "http://127.0.0.1:" + port + "/hook?key=1";
    }

    @Test
    void a_request_arrives_as_it_is_and_its_status_is_the_answer() throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        int port = server(request -> request.body().onSuccess(body -> {
            seen.add(request.method() + " " + request.uri() + " " + request.getHeader("webhook-id") + " " + body + " "
                    + request.getHeader("host") + " " + request.getHeader("traceparent"));
            request.response().setStatusCode(202).end("thanks");
        }));
        assertEquals(new Answer.Taken(), post(local(port)));
        assertEquals("POST /hook?key=1 msg_1 {} 127.0.0.1:" + port + " " + TRACE, seen.remove());
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        AtomicInteger elsewhere = new AtomicInteger();
        int target = server(request -> elsewhere.incrementAndGet());
        int port = server(request -> request.response()
                .setStatusCode(307)
                .putHeader("Location", local(target))
                .end());
        assertEquals(new Answer.Refused("http_307"), post(local(port)));
        assertEquals(0, elsewhere.get());
    }

    @Test
    void a_name_that_leads_inside_is_not_followed() throws Exception {
        int port = server(request -> request.response().end());
        UrlRules strict = new UrlRules(true, false);
        InetAddress outside = InetAddress.ofLiteral("9.9.9.9");
        for (InetAddress[] addresses : new InetAddress[][] {
            {InetAddress.ofLiteral("127.0.0.1")},
            {InetAddress.ofLiteral("::ffff:127.0.0.1")},
            {outside, InetAddress.ofLiteral("10.0.0.1")},
        }) {
            Answer answer =
                    post("http://receiver.example:" + port + "/", strict, host -> addresses, new HttpClientOptions());
            assertEquals(new Answer.Failed("address_refused", 0), answer);
        }
        assertEquals(0, asked.get());
    }

    @Test
    void who_is_connected_to_is_who_was_looked_at_whatever_the_name_says_next() throws Exception {
        int port = server(request -> request.response().setStatusCode(204).end());
        AtomicInteger lookedUp = new AtomicInteger();
        Answer answer = post(
                "http://receiver.example:" + port + "/",
                ANYWHERE,
                host -> {
                    lookedUp.incrementAndGet();
                    return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
                },
                new HttpClientOptions());
        assertEquals(new Answer.Taken(), answer);
        assertEquals(1, lookedUp.get());
    }

    @Test
    void silence_ends_in_a_timeout() throws Exception {
        assertEquals(new Answer.Failed("timeout", 0), post(local(server(request -> {}))));
    }

    @Test
    void a_status_counts_though_its_body_drips_or_has_no_end() throws Exception {
        int drips = server(request -> {
            request.response().setChunked(true).write("a");
            vertx.setPeriodic(100, timer -> request.response().write("a"));
        });
        assertEquals(new Answer.Taken(), post(local(drips)));
        Queue<Boolean> cut = new ConcurrentLinkedQueue<>();
        int floods = server(request -> {
            request.response().setChunked(true).closeHandler(closed -> cut.add(true));
            request.response().exceptionHandler(broken -> {});
            vertx.setPeriodic(1, timer -> request.response().write("x".repeat(4_096)));
        });
        assertEquals(new Answer.Taken(), post(local(floods)));
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (cut.isEmpty() && System.nanoTime() < until) {
            Thread.sleep(20);
        }
        assertTrue(!cut.isEmpty(), "the flood goes on");
    }

    @Test
    void the_receiver_says_when_to_come_back() throws Exception {
        int port = server(request -> request.response()
                .setStatusCode(503)
                .putHeader("Retry-After", "7")
                .end());
        assertEquals(new Answer.Failed("http_503", 7_000), post(local(port)));
        int odd = server(request -> request.response()
                .setStatusCode(503)
                .putHeader("Retry-After", "soon")
                .end());
        assertEquals(new Answer.Failed("http_503", 0), post(local(odd)));
        int past = server(request -> request.response()
                .setStatusCode(503)
                .putHeader("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT")
                .end());
        assertEquals(new Answer.Failed("http_503", 0), post(local(past)));
    }

    @Test
    void what_is_wrong_has_a_code() throws Exception {
        int port = server(request -> request.connection().close());
        assertEquals(new Answer.Failed("connection_lost", 0), post(local(port)));
        assertEquals(
                new Answer.Failed("unknown_host", 0),
                post(
                        "http://nowhere.invalid/",
                        ANYWHERE,
                        host -> {
                            throw new java.net.UnknownHostException(host);
                        },
                        new HttpClientOptions()));
        assertEquals(new Answer.Failed("not_reached", 0), post("http://127.0.0.1:1/"));
    }

    @Test
    void a_certificate_must_be_trusted_and_of_the_name_in_the_address() throws Exception {
        PfxOptions certificate = certificate("receiver.example");
        int port = server(
                new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate),
                request -> request.response().setStatusCode(204).end());
        HttpPoster.Names here = host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
        HttpClientOptions trusting = new HttpClientOptions().setTrustOptions(certificate);
        assertEquals(
                new Answer.Taken(),
                post("https://receiver.example:" + port + "/", ANYWHERE, here, new HttpClientOptions(trusting)));
        assertEquals(
                new Answer.Failed("tls", 0),
                post("https://other.example:" + port + "/", ANYWHERE, here, new HttpClientOptions(trusting)));
        assertEquals(
                new Answer.Failed("tls", 0),
                post("https://receiver.example:" + port + "/", ANYWHERE, here, new HttpClientOptions()));
        assertEquals(1, asked.get());
    }

    private PfxOptions certificate(String name) throws Exception {
        Path store = dir.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        return new PfxOptions().setPath(store.toString()).setPassword("changeit");
    }
}
