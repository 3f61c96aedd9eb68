package dev.sessionmesh.gateway.socket;

import dev.sessionmesh.core.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A real server for a test: what it does with its tabs is the test's. */
final class TabServer implements AutoCloseable {
    final Vertx vertx;
    final int port;

    private TabServer(Vertx vertx, int port) {
        this.vertx = vertx;
        this.port = port;
    }

    static TabServer start(Consumer<ServerWebSocket> onTab) throws Exception {
        return start(SocketOptions.of(Limits.DEFAULT), onTab);
    }

    static TabServer start(HttpServerOptions options, Consumer<ServerWebSocket> onTab) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        HttpServer server = vertx.createHttpServer(options).webSocketHandler(onTab::accept);
        return new TabServer(
                vertx, server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort());
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
