package dev.sessionmesh.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.access.quota.Proxies;
import dev.sessionmesh.access.quota.QuotaPlan;
import dev.sessionmesh.access.quota.Quotas;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.gateway.http.Turnstile;
import dev.sessionmesh.gateway.socket.SocketOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose times are short, and clients that are slow on purpose. */
@Timeout(60)
class PatienceTest {
    private static final long FIRST_MS = 600;
    private static final long NEXT_MS = 900;
    private static final long BODY_MS = 1_200;

    private final Vertx vertx = Vertx.vertx();
    private final Door door = new Door();

    @BeforeEach
    void start() throws Exception {
        vertx.deployVerticle(door).await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void who_takes_for_ever_to_ask_is_ended_though_he_is_never_silent() throws Exception {
        try (Socket socket = connect()) {
            long took = dribble(socket, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: " + "a".repeat(4_000));
            assertTrue(took >= FIRST_MS, took + " ms");
        }
        while (door.watched() > 0) {
            Thread.sleep(10); // the class's time limit ends it
        }
    }

    @Test
    void a_body_that_never_comes_to_its_end_is_not_waited_for() throws Exception {
        try (Socket socket = connect()) {
            long took =
                    dribble(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "a".repeat(4_000));
            assertTrue(took >= BODY_MS, took + " ms");
        }
    }

    @Test
    void between_two_requests_it_waits_too_but_not_for_ever() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(answer(socket).startsWith("HTTP/1.1 200"));
            long took = dribble(socket, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: " + "a".repeat(4_000));
            assertTrue(took >= NEXT_MS, took + " ms");
        }
    }

    @Test
    void an_answer_may_take_as_long_as_it_takes() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            assertTrue(answer(socket).startsWith("HTTP/1.1 200"));
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertTrue(next >= 0, "it was closed behind " + head);
            head.append((char) next);
        }
        return head.toString();
    }

    /** Says it byte by byte until the other side has had enough; how long that took. */
    private static long dribble(Socket socket, String text) throws Exception {
        long from = System.nanoTime();
        try {
            int enough = text.indexOf("aaaa");
            say(socket, text.substring(0, enough));
            for (int i = enough; i < text.length(); i++) {
                Thread.sleep(20);
                say(socket, text.substring(i, i + 1));
            }
        } catch (SocketException ended) {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
        }
        throw new AssertionError("all of it was waited for");
    }

    private static final class Door extends VerticleBase {
        private final Patience patience = new Patience(
                new Patience.Times(FIRST_MS, NEXT_MS, BODY_MS),
                new Turnstile(Quotas.of(QuotaPlan.DEFAULT, () -> 1), Proxies.NONE));
        private final CompletableFuture<HttpServer> server = new CompletableFuture<>();

        @Override
        public Future<?> start() {
            vertx.setPeriodic(50, timer -> patience.sweep(System.nanoTime()));
            HttpServer made = vertx.createHttpServer(SocketOptions.of(Limits.DEFAULT))
                    .connectionHandler(connection -> patience.connected(connection, System.nanoTime()))
                    .requestHandler(this::asked);
            server.complete(made);
            return made.listen(0, "127.0.0.1");
        }

        private void asked(HttpServerRequest request) {
            patience.asked(request, System.nanoTime());
            request.body().onSuccess(body -> {
                long wait = request.path().equals("/slow") ? 2 * BODY_MS : 1;
                vertx.setTimer(wait, timer -> request.response().end());
            });
        }

        int port() {
            return server.join().actualPort();
        }

        int watched() {
            CompletableFuture<Integer> size = new CompletableFuture<>();
            context.runOnContext(here -> size.complete(patience.size()));
            return size.join();
        }
    }
}
