package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveContract;
import io.vertx.core.Vertx;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import redis.embedded.RedisServer;

/** The contract against a real Redis that comes with the tests. */
final class RedisArchiveTest extends ArchiveContract {
    private static final Vertx VERTX = Vertx.vertx();
    private static RedisServer server;
    private static RedisArchive archive;

    @BeforeAll
    static void start() throws IOException {
        int port = Ports.free();
        server = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        archive = RedisArchive.open(VERTX, RedisSettings.parse("redis://127.0.0.1:" + port));
    }

    @AfterAll
    static void stop() throws IOException {
        archive.close();
        server.stop();
        VERTX.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }
}
