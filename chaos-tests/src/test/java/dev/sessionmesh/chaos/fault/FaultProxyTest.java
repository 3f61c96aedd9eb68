package dev.sessionmesh.chaos.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.fault.Faults.Beyond;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server of plain sockets that sends everything back. */
@Timeout(60)
final class FaultProxyTest {

    private static final int SILENCE_MS = 400;

    private final Vertx vertx = Vertx.vertx();
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws Exception {
        echo = new ServerSocket(0);
        Thread.ofVirtual().start(this::serve);
        proxy = FaultProxy.start(
                        vertx, "127.0.0.1", SocketAddress.inetSocketAddress(echo.getLocalPort(), "127.0.0.1"), 7)
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
        echo.close();
    }

    private void serve() {
        try {
            while (true) {
                Socket socket = echo.accept();
                Thread.ofVirtual().start(() -> repeat(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void repeat(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException torn) {
            // as the test wanted it
        }
    }

    private void set(Faults faults) throws Exception {
        proxy.set(faults).await(10, TimeUnit.SECONDS);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.UTF_8);
    }

    @Test
    void without_faults_everything_passes_both_ways() throws Exception {
        String much = "0123456789".repeat(200_000);
        try (Socket socket = connect()) {
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(much.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            InputStream in = socket.getInputStream();
            assertEquals(much, new String(in.readNBytes(much.length()), StandardCharsets.UTF_8));
        }
    }

    @Test
    void latency_is_added_to_each_way_and_order_is_kept_under_jitter() throws Exception {
        set(Faults.none()
                .withLatency(Duration.ofMillis(50), Duration.ofMillis(40))
                .withSlices(3));
        try (Socket socket = connect()) {
            long before = System.nanoTime();
            assertEquals("in order, whatever the jitter", say(socket, "in order, whatever the jitter"));
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
            assertTrue(ms >= 100, () -> ms + " ms");
        }
    }

    @Test
    void the_rate_is_kept() throws Exception {
        set(Faults.none().withRate(10_000).withSlices(500));
        try (Socket socket = connect()) {
            long before = System.nanoTime();
            say(socket, "x".repeat(5_000));
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
            assertTrue(ms >= 400, () -> ms + " ms");
        }
    }

    @Test
    void after_so_many_bytes_a_link_goes_silent_and_stays_open() throws Exception {
        set(Faults.none().after(4, Beyond.SILENCE));
        try (Socket socket = connect()) {
            assertEquals("abcd", say(socket, "abcd"));
            socket.setSoTimeout(SILENCE_MS);
            socket.getOutputStream().write('e');
            assertThrows(
                    SocketTimeoutException.class, () -> socket.getInputStream().read());
        }
    }

    @Test
    void after_so_many_bytes_a_link_is_closed() throws Exception {
        set(Faults.none().after(4, Beyond.CLOSE));
        try (Socket socket = connect()) {
            socket.getOutputStream().write("abcdef".getBytes(StandardCharsets.UTF_8));
            assertEquals("abcd", new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_reset_is_a_reset_and_the_next_connection_works() throws Exception {
        try (Socket socket = connect()) {
            assertEquals("abcd", say(socket, "abcd"));
            assertEquals(1, proxy.resetAll().await(10, TimeUnit.SECONDS));
            assertThrows(SocketException.class, () -> {
                if (socket.getInputStream().read() < 0) {
                    throw new AssertionError("closed in order");
                }
            });
        }
        try (Socket socket = connect()) {
            assertEquals("again", say(socket, "again"));
        }
    }

    @Test
    void a_half_open_link_loses_what_is_there_and_others_after_it_work() throws Exception {
        try (Socket silent = connect()) {
            assertEquals("a", say(silent, "a"));
            set(Faults.none().after(0, Beyond.SILENCE));
            set(Faults.none());
            silent.setSoTimeout(SILENCE_MS);
            silent.getOutputStream().write('b');
            assertThrows(
                    SocketTimeoutException.class, () -> silent.getInputStream().read());
            try (Socket socket = connect()) {
                assertEquals("fine", say(socket, "fine"));
            }
        }
    }
}
