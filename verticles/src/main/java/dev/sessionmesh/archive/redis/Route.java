package dev.sessionmesh.archive.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import java.util.List;

/** The way to the server that a key is on. Lives on one loop. */
interface Route {
    /**
     * @param key of those that the request is about, any
     * @param copied whether the answer waits for replicas
     */
    Future<Reply> send(Request request, String key, boolean copied);

    /** The same question to every master. */
    Future<List<Reply>> ask(Request request);

    void close();
}
