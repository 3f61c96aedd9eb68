package dev.sessionmesh.gateway.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Limits;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SocketOptionsTest {

    @Test
    void compression_is_never_negotiated_and_sizes_come_from_the_limits() {
        HttpServerOptions options = SocketOptions.of(Limits.DEFAULT);

        assertFalse(options.getPerMessageWebSocketCompressionSupported());
        assertFalse(options.getPerFrameWebSocketCompressionSupported());
        assertTrue(options.isTcpNoDelay());
        assertEquals(Limits.DEFAULT.frameBytes(), options.getMaxWebSocketFrameSize());
        assertEquals(Limits.DEFAULT.frameBytes(), options.getMaxWebSocketMessageSize());
    }

    @Test
    void a_connection_outlives_the_silence_after_which_the_gateway_closes_it_with_a_code() {
        long idleMillis = SocketOptions.of(Limits.DEFAULT).getIdleTimeout();

        assertTrue(idleMillis > Limits.DEFAULT.heartbeat().toMillis() * 5 / 2);
    }

    @Test
    void a_silent_tab_is_dropped_even_while_the_server_keeps_writing_to_it() throws Exception {
        CompletableFuture<Void> dropped = new CompletableFuture<>();
        HttpServerOptions options = SocketOptions.of(Limits.DEFAULT).setIdleTimeout(300);
        try (TabServer server = TabServer.start(options, socket -> {
                    TabSocket tab = TabSocket.of(socket, 65_536);
                    var vertx = io.vertx.core.Vertx.currentContext().owner();
                    long timer = vertx.setPeriodic(20, tick -> tab.write(EncodedFrame.text("still here?")));
                    socket.closeHandler(closed -> {
                        vertx.cancelTimer(timer);
                        dropped.complete(null);
                    });
                });
                RawTab tab = RawTab.open(server.port, "/")) {
            dropped.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_frame_over_the_limit_ends_the_connection() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        HttpServerOptions options = SocketOptions.of(Limits.DEFAULT).setMaxWebSocketFrameSize(64);
        try (TabServer server = TabServer.start(options, socket -> socket.closeHandler(closed::complete));
                RawTab tab = RawTab.open(server.port, "/")) {
            tab.send(0x1, "x".repeat(100).getBytes(StandardCharsets.US_ASCII));
            closed.get(10, TimeUnit.SECONDS);
        }
    }
}
