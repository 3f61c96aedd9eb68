package dev.sessionmesh.gateway.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Fails first, and says why, when a newer Vert.x has other insides. */
final class VertxInternalsTest {
    private static final String WHAT_TO_DO =
            "; VertxInternals was written against 5.1.1: check it, its tests and the fan-out benchmark, then raise the version here";

    @Test
    void vertx_is_the_version_these_internals_were_checked_against() throws Exception {
        try (InputStream version = Vertx.class.getResourceAsStream("/META-INF/vertx/vertx-version.txt")) {
            assertEquals(
                    "5.1.1",
                    new String(version.readAllBytes(), StandardCharsets.US_ASCII).strip(),
                    "Another Vert.x" + WHAT_TO_DO);
        }
    }

    @Test
    void a_server_socket_leads_to_its_queue_and_its_encoder_stands_before_us() throws Exception {
        CompletableFuture<List<String>> handlers = new CompletableFuture<>();
        CompletableFuture<Boolean> encodes = new CompletableFuture<>();
        try (TabServer server = TabServer.start(socket -> {
                    try {
                        var context = VertxInternals.of(socket).context();
                        handlers.complete(context.pipeline().names());
                        encodes.complete(context.pipeline().get("wsencoder") instanceof WebSocketFrameEncoder);
                    } catch (RuntimeException moved) {
                        handlers.completeExceptionally(moved);
                    }
                });
                RawTab tab = RawTab.open(server.port, "/")) {
            assertEquals(
                    List.of("wsdecoder", "wsencoder", "idle", "handler"),
                    handlers.get(10, TimeUnit.SECONDS).stream()
                            .filter(name -> !name.contains("Tail"))
                            .toList(),
                    "The pipeline of a WebSocket looks different" + WHAT_TO_DO);
            assertTrue(encodes.get(), "The frame encoder is another" + WHAT_TO_DO);
        }
    }

    @Test
    void a_socket_of_unknown_make_is_refused_by_name() {
        ServerWebSocket stranger = (ServerWebSocket) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ServerWebSocket.class},
                (proxy, method, arguments) -> null);

        String message = assertThrows(IllegalStateException.class, () -> VertxInternals.of(stranger))
                .getMessage();

        assertTrue(
                message.contains("Vert.x")
                        && message.contains(stranger.getClass().getName()),
                message);
    }
}
