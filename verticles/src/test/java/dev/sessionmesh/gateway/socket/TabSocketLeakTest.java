package dev.sessionmesh.gateway.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
final class TabSocketLeakTest {
    private static final int TABS = 40;
    private static final int WINDOW = 65_536;

    /** Sees, next to the wire, every buffer that is sent. */
    private static final class Recorder extends ChannelOutboundHandlerAdapter {
        private final Queue<ByteBuf> seen;

        Recorder(Queue<ByteBuf> seen) {
            this.seen = seen;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (message instanceof ByteBuf buffer && buffer.isReadable()) {
                seen.add(buffer);
            }
            super.write(context, message, promise);
        }
    }

    @Test
    void tabs_that_vanish_with_a_full_window_leave_no_buffer_behind() throws Exception {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        ListAppender<ILoggingEvent> reports = new ListAppender<>();
        reports.start();
        logger.addAppender(reports);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try {
            Queue<ByteBuf> seen = new ConcurrentLinkedQueue<>();
            abandonTabs(seen);

            assertTrue(seen.size() > TABS, "nothing was written");
            assertEquals(0, seen.stream().filter(buffer -> buffer.refCnt() > 0).count(), "views still held");
            loseOneBufferOnPurpose();
            List<String> leaks = reportedLeaks(reports);
            assertEquals(1, leaks.size(), () -> "more leaked than the buffer lost on purpose: " + leaks);
        } finally {
            ResourceLeakDetector.setLevel(before);
            logger.detachAppender(reports);
        }
    }

    private static void abandonTabs(Queue<ByteBuf> seen) throws Exception {
        CountDownLatch filled = new CountDownLatch(TABS);
        CountDownLatch closed = new CountDownLatch(TABS);
        try (TabServer server = TabServer.start(socket -> {
            TabSocket tab = TabSocket.of(socket, WINDOW);
            VertxInternals.of(socket).context().pipeline().addFirst(new Recorder(seen));
            TabSocketTest.fill(tab);
            var unused = socket.writeTextMessage("queued by Vert.x behind the full window");
            socket.closeHandler(none -> {
                tab.write(EncodedFrame.text("too late"));
                closed.countDown();
            });
            filled.countDown();
        })) {
            for (int i = 0; i < TABS; i++) {
                try (RawTab tab = RawTab.openWithReceiveBuffer(4096, server.port, "/")) {
                    tab.read();
                }
            }
            assertTrue(filled.await(20, TimeUnit.SECONDS));
            assertTrue(closed.await(20, TimeUnit.SECONDS));
        }
    }

    /** Shows that the detector is awake: what it does not report after this was not leaked. */
    private static void loseOneBufferOnPurpose() {
        PooledByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
    }

    private static List<String> reportedLeaks(ListAppender<ILoggingEvent> reports) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (leaks(reports).isEmpty() && System.nanoTime() < deadline) {
            System.gc();
            // The detector looks into its queue at each allocation.
            for (int i = 0; i < 100; i++) {
                PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
            }
        }
        return leaks(reports);
    }

    private static List<String> leaks(ListAppender<ILoggingEvent> reports) {
        return List.copyOf(reports.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.contains("LEAK"))
                .toList();
    }
}
