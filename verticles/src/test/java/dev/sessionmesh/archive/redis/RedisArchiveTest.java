package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.Archive;
import dev.sessionmesh.archive.ArchiveContract;
import io.vertx.core.Vertx;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract against a real Redis that comes with the tests. */
final class RedisArchiveTest extends ArchiveContract {
    private static final Vertx VERTX = Vertx.vertx();
    private static RedisProcess redis;
    private static RedisArchive archive;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisProcess.start(RedisProcess.Kind.EMBEDDED);
        archive = RedisArchive.open(VERTX, RedisSettings.parse(redis.url()));
    }

    @AfterAll
    static void stop() {
        archive.close();
        redis.close();
        VERTX.close();
    }

    @Override
    protected Archive archive() {
        return archive;
    }
}
