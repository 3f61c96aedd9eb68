package dev.sessionmesh.gateway.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.PfxOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TabSocketTest {
    private static final int WINDOW = Limits.DEFAULT.tabWindowBytes();
    private static final String PASSWORD = "only-for-this-test";
    private static final int TEXT = 0x1;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    @Test
    void keeps_its_place_among_messages_and_pings_of_vertx_while_the_tab_is_slow_and_fast() throws Exception {
        int count = 30_000;
        CountDownLatch refused = new CountDownLatch(1);
        try (TabServer server = TabServer.start(socket -> new Mixed(socket, count, refused).go());
                RawTab tab = RawTab.openWithReceiveBuffer(4096, server.port, "/")) {
            assertTrue(refused.await(20, TimeUnit.SECONDS), "the window was never full: nothing is tested");
            for (int i = 0; i < count; i++) {
                RawTab.Frame frame = tab.read();
                assertEquals(Mixed.text(i), frame.text());
                assertEquals(i % 7 == 3 ? PING : TEXT, frame.opcode());
            }
        }
    }

    @Test
    void pings_of_a_tab_that_does_not_read_are_not_answered_one_by_one() throws Exception {
        int pings = 300_000;
        try (TabServer server = TabServer.start(socket -> {
                    TabSocket.of(socket, WINDOW);
                    socket.textMessageHandler(text -> {
                        var unused = socket.writeTextMessage("done");
                    });
                });
                RawTab tab = RawTab.openWithReceiveBuffer(4096, server.port, "/")) {
            tab.sendAll(PING, numbered(1).getBytes(StandardCharsets.UTF_8), pings);
            tab.send(TEXT, new byte[] {'?'});
            int pongs = 0;
            while (tab.read().opcode() == PONG) {
                pongs++;
            }
            assertTrue(pongs < pings / 10, pongs + " pongs");
        }
    }

    @Test
    void the_last_ping_of_several_is_answered() throws Exception {
        try (TabServer server = TabServer.start(socket -> TabSocket.of(socket, WINDOW));
                RawTab tab = RawTab.open(server.port, "/")) {
            for (int round = 0; round < 3; round++) {
                tab.sendAll(PING, new byte[] {1}, 20);
                tab.send(PING, new byte[] {2});
                RawTab.Frame pong = tab.read();
                while (pong.payload()[0] != 2) {
                    assertEquals(PONG, pong.opcode());
                    pong = tab.read();
                }
            }
        }
    }

    @Test
    void a_tab_that_only_reads_is_not_taken_for_idle() throws Exception {
        HttpServerOptions options = SocketOptions.of(Limits.DEFAULT).setIdleTimeout(1_000);
        try (TabServer server = TabServer.start(options, socket -> {
                    TabSocket tab = TabSocket.of(socket, WINDOW);
                    AtomicInteger next = new AtomicInteger();
                    Runnable go = () -> {
                        while (tab.write(EncodedFrame.text(numbered(next.get())))) {
                            next.incrementAndGet();
                        }
                    };
                    tab.onWritable(go);
                    go.run();
                });
                RawTab tab = RawTab.openWithReceiveBuffer(4096, server.port, "/")) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            int read = 0;
            while (System.nanoTime() < end) {
                for (int i = 0; i < 400; i++) {
                    assertEquals(numbered(read++), tab.read().text());
                }
                Thread.sleep(20);
            }
        }
    }

    /** Writes numbered frames by turns in three ways, as the window allows. */
    private static final class Mixed {
        private final ServerWebSocket socket;
        private final TabSocket tab;
        private final int count;
        private final CountDownLatch refused;
        private int next;

        Mixed(ServerWebSocket socket, int count, CountDownLatch refused) {
            this.socket = socket;
            this.tab = TabSocket.of(socket, WINDOW);
            this.count = count;
            this.refused = refused;
        }

        void go() {
            tab.onWritable(this::go);
            while (next < count) {
                if (next % 7 == 3) {
                    var unused = socket.writePing(Buffer.buffer(text(next)));
                } else if (next % 2 == 0) {
                    var unused = socket.writeTextMessage(text(next));
                } else if (!tab.write(EncodedFrame.text(text(next)))) {
                    refused.countDown();
                    return;
                }
                next++;
            }
        }

        static String text(int i) {
            return i + ":" + "p".repeat(i % 110);
        }
    }

    @Test
    void nothing_follows_the_close_frame() throws Exception {
        BlockingQueue<Boolean> afterClose = new LinkedBlockingQueue<>();
        try (TabServer server = TabServer.start(socket -> {
                    TabSocket tab = TabSocket.of(socket, WINDOW);
                    for (int i = 0; i < 10; i++) {
                        assertTrue(tab.write(EncodedFrame.text("before " + i)));
                    }
                    var unused = socket.close((short) 4503, "draining");
                    afterClose.add(tab.write(EncodedFrame.text("after")));
                    afterClose.add(tab.writable());
                });
                RawTab tab = RawTab.open(server.port, "/")) {
            for (int i = 0; i < 10; i++) {
                assertEquals("before " + i, tab.read().text());
            }
            RawTab.Frame close = tab.read();
            assertEquals(CLOSE, close.opcode());
            tab.send(CLOSE, close.payload());
            assertTrue(tab.atEnd());
            assertEquals(false, afterClose.poll(10, TimeUnit.SECONDS));
            assertEquals(false, afterClose.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void a_close_behind_a_full_window_waits_its_turn_and_nothing_overtakes_it() throws Exception {
        CompletableFuture<Integer> sent = new CompletableFuture<>();
        AtomicInteger writable = new AtomicInteger();
        try (TabServer server = TabServer.start(socket -> {
                    TabSocket tab = TabSocket.of(socket, WINDOW);
                    tab.onWritable(() -> {
                        writable.incrementAndGet();
                        tab.write(EncodedFrame.text("after"));
                    });
                    sent.complete(fill(tab));
                    var unused = socket.close();
                });
                RawTab tab = RawTab.openWithReceiveBuffer(4096, server.port, "/")) {
            int frames = sent.get(10, TimeUnit.SECONDS);
            for (int i = 0; i < frames; i++) {
                assertEquals(numbered(i), tab.read().text());
            }
            assertEquals(CLOSE, tab.read().opcode());
            tab.send(CLOSE, new byte[0]);
            assertTrue(tab.atEnd());
        }
    }

    @Test
    void a_tab_that_does_not_read_costs_its_window_and_later_gets_every_byte() throws Exception {
        int rest = 5_000;
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        CompletableFuture<Long> waiting = new CompletableFuture<>();
        try (TabServer server = TabServer.start(socket -> {
                    TabSocket tab = TabSocket.of(socket, WINDOW);
                    int full = fill(tab);
                    AtomicInteger next = new AtomicInteger(full);
                    tab.onWritable(() -> {
                        while (next.get() < full + rest && tab.write(EncodedFrame.text(numbered(next.get())))) {
                            next.incrementAndGet();
                        }
                    });
                    waiting.complete(VertxInternals.of(socket)
                            .context()
                            .channel()
                            .unsafe()
                            .outboundBuffer()
                            .totalPendingWriteBytes());
                    taken.complete(full);
                });
                RawTab tab = RawTab.openWithReceiveBuffer(4096, server.port, "/")) {
            int full = taken.get(10, TimeUnit.SECONDS);
            long frame = numbered(0).length() + 200L;
            assertTrue(waiting.get() > WINDOW / 2 && waiting.get() <= WINDOW + frame, "waiting: " + waiting.get());
            long kernel = 4L * SocketOptions.SEND_BUFFER_BYTES;
            assertTrue(full * frame < 4L * (WINDOW + kernel), "the kernel took without a bound: " + full);
            for (int i = 0; i < full + rest; i++) {
                assertEquals(numbered(i), tab.read().text());
            }
        }
    }

    @Test
    void writes_to_a_tab_that_went_away_are_refused_in_silence() throws Exception {
        CompletableFuture<Boolean> writeAfterwards = new CompletableFuture<>();
        try (TabServer server = TabServer.start(socket -> {
            TabSocket tab = TabSocket.of(socket, WINDOW);
            tab.write(EncodedFrame.text("hello"));
            socket.closeHandler(closed -> writeAfterwards.complete(tab.write(EncodedFrame.text("anyone?"))));
        })) {
            try (RawTab tab = RawTab.open(server.port, "/")) {
                assertEquals("hello", tab.read().text());
            }
            assertFalse(writeAfterwards.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void frames_shared_by_tabs_pass_tls_unharmed(@TempDir Path directory) throws Exception {
        Path keys = selfSigned(directory);
        EncodedFrame shared = EncodedFrame.text(numbered(1));
        HttpServerOptions options = SocketOptions.of(Limits.DEFAULT)
                .setSsl(true)
                .setKeyCertOptions(new PfxOptions().setPath(keys.toString()).setPassword(PASSWORD));
        try (TabServer server = TabServer.start(options, socket -> {
            TabSocket tab = TabSocket.of(socket, WINDOW);
            tab.write(shared);
            tab.write(shared);
        })) {
            for (int i = 0; i < 3; i++) {
                try (RawTab tab = RawTab.over(trusting(keys).createSocket("localhost", server.port), "/")) {
                    assertEquals(numbered(1), tab.read().text());
                    assertEquals(numbered(1), tab.read().text());
                }
            }
        }
    }

    /** A key store with a certificate of its own, made by the JDK's keytool. */
    private static Path selfSigned(Path directory) throws Exception {
        Path keys = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertTrue(keytool.waitFor(30, TimeUnit.SECONDS) && keytool.exitValue() == 0, "keytool failed");
        return keys;
    }

    private static SSLSocketFactory trusting(Path keys) throws Exception {
        KeyStore own = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("server", own.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    @Test
    void is_refused_off_its_event_loop_and_a_second_time() throws Exception {
        CompletableFuture<ServerWebSocket> accepted = new CompletableFuture<>();
        CompletableFuture<TabSocket> taken = new CompletableFuture<>();
        BlockingQueue<Throwable> again = new LinkedBlockingQueue<>();
        try (TabServer server = TabServer.start(socket -> {
                    taken.complete(TabSocket.of(socket, WINDOW));
                    again.add(assertThrows(IllegalStateException.class, () -> TabSocket.of(socket, WINDOW)));
                    accepted.complete(socket);
                });
                RawTab tab = RawTab.open(server.port, "/")) {
            ServerWebSocket socket = accepted.get(10, TimeUnit.SECONDS);
            assertThrows(IllegalStateException.class, () -> TabSocket.of(socket, WINDOW));
            assertThrows(IllegalStateException.class, () -> taken.get().write(EncodedFrame.text("from elsewhere")));
            assertTrue(again.poll(10, TimeUnit.SECONDS).getMessage().contains("taken over before"));
        }
    }

    @Test
    void six_hundred_tabs_share_the_frames_of_two_hundred_sessions_across_event_loops() throws Exception {
        int sessions = 200;
        int tabsPerSession = 3;
        List<EncodedFrame> frames = new ArrayList<>();
        List<byte[]> payloads = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            byte[] payload = Mixed.text(random.nextInt(100_000))
                    .repeat(1 + random.nextInt(3))
                    .getBytes(StandardCharsets.UTF_8);
            payloads.add(payload);
            frames.add(EncodedFrame.text(payload));
        }
        List<RawTab> tabs = new ArrayList<>();
        try (TabServer server = TabServer.start(socket -> {
            TabSocket tab = TabSocket.of(socket, WINDOW);
            int session = Integer.parseInt(socket.path().substring(1));
            for (int i = 0; i < frames.size(); i++) {
                assertTrue(tab.write(frames.get((session + i) % frames.size())));
            }
        })) {
            for (int i = 0; i < sessions * tabsPerSession; i++) {
                tabs.add(RawTab.open(server.port, "/" + i / tabsPerSession));
            }
            for (int i = 0; i < tabs.size(); i++) {
                for (int k = 0; k < frames.size(); k++) {
                    int expected = (i / tabsPerSession + k) % frames.size();
                    assertArrayEquals(payloads.get(expected), tabs.get(i).read().payload());
                }
            }
        } finally {
            for (RawTab tab : tabs) {
                tab.close();
            }
        }
    }

    /** Fills the window; how many frames that took. */
    static int fill(TabSocket tab) {
        int frames = 0;
        while (tab.write(EncodedFrame.text(numbered(frames)))) {
            frames++;
        }
        return frames;
    }

    static String numbered(int i) {
        return "%08d".formatted(i) + "t".repeat(92);
    }
}
