package dev.sessionmesh.archive.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import java.util.List;

/** One server has everything. */
record DirectRoute(Link link) implements Route {
    @Override
    public Future<Reply> send(Request request, String key, boolean copied) {
        return link.send(request, copied);
    }

    @Override
    public Future<List<Reply>> ask(Request request) {
        return link.send(request, false).map(List::of);
    }

    @Override
    public void close() {
        link.close();
    }
}
