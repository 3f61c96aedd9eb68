package dev.sessionmesh.gateway.http;

import dev.sessionmesh.console.Console;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.telemetry.log.LogLevels;
import dev.sessionmesh.telemetry.metrics.Exposition;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A node whose drain never ends and which knows one other node, n2. */
final class FakeAdmin implements Admin {
    private final Map<String, JsonObject> lost =
            new HashMap<>(Map.of("default.s1-3-2a", new JsonObject().put("session", "s1")));
    private final Metrics metrics;
    private final Console console;
    private boolean draining;

    FakeAdmin(Metrics metrics, Console console) {
        this.metrics = metrics;
        this.console = console;
    }

    @Override
    public Console console() {
        return console;
    }

    @Override
    public Future<Exposition> metrics(String accept) {
        return Future.succeededFuture(Exposition.of(metrics, accept));
    }

    @Override
    public JsonObject status() {
        return new JsonObject().put("phase", draining ? "draining" : "serving");
    }

    @Override
    public Future<JsonObject> tenants() {
        return Future.succeededFuture(new JsonObject().put("tenants", new JsonObject()));
    }

    @Override
    public boolean drain() {
        boolean began = !draining;
        draining = true;
        return began;
    }

    @Override
    public boolean stay() {
        boolean stays = draining;
        draining = false;
        return stays;
    }

    @Override
    public Future<JsonObject> forget(String node) {
        return node.equals("n2")
                ? Future.succeededFuture(new JsonObject().put("version", 2))
                : Future.failedFuture(new IllegalArgumentException("unknown_node: " + node));
    }

    @Override
    public Future<Void> release(int partition) {
        return partition < 271
                ? Future.succeededFuture()
                : Future.failedFuture(new IllegalArgumentException("partition must be 0 to 270"));
    }

    @Override
    public Future<Outcome<JsonObject>> copies(SessionKey session) {
        return Future.succeededFuture(
                session.id().equals("s1")
                        ? Outcome.done(new JsonObject().put("head", 7).put("copies", 3))
                        : Outcome.refused(ErrorCode.UNAVAILABLE, "a copy differs"));
    }

    @Override
    public JsonObject loggers() {
        return new JsonObject().put("loggers", new JsonObject(new TreeMap<>(LogLevels.all())));
    }

    @Override
    public JsonObject log(String logger, Optional<String> level) {
        LogLevels.set(logger, level);
        return loggers();
    }

    @Override
    public Future<List<JsonObject>> lost() {
        return Future.succeededFuture(List.copyOf(lost.values()));
    }

    @Override
    public Future<Optional<JsonObject>> lost(String id) {
        return Future.succeededFuture(Optional.ofNullable(lost.get(id)));
    }

    @Override
    public Future<Boolean> discard(String id) {
        return Future.succeededFuture(lost.remove(id) != null);
    }

    @Override
    public Optional<JsonObject> archive() {
        return Optional.empty();
    }

    @Override
    public Future<Optional<JsonObject>> handOver(boolean on) {
        return Future.succeededFuture(Optional.empty());
    }
}
