package dev.sessionmesh.server;

import dev.sessionmesh.access.quota.Quotas;
import dev.sessionmesh.access.quota.Usages;
import dev.sessionmesh.archive.ArchiveRoom;
import dev.sessionmesh.cluster.agreement.View;
import dev.sessionmesh.console.Console;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.gateway.GatewayVerticle;
import dev.sessionmesh.gateway.http.Admin;
import dev.sessionmesh.telemetry.log.LogLevels;
import dev.sessionmesh.telemetry.metrics.Exposition;
import dev.sessionmesh.telemetry.metrics.Histogram;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's view of a node, and what it may do to it. What blocks runs on Vert.x's worker threads. */
final class NodeAdmin implements Admin {
    /** @param leave begins the departure; called once per begun departure, must not block */
    record Kit(
            String name,
            Grid grid,
            Rooms rooms,
            List<GatewayVerticle> gateways,
            Quotas quotas,
            Usages usages,
            Departure departure,
            Supplier<Boolean> leave) {}

    private static final Logger LOG = LoggerFactory.getLogger(NodeAdmin.class);

    private final Kit kit;
    private final Histogram scrapes;
    private final Console console;

    NodeAdmin(Kit kit, Console console) {
        this.kit = kit;
        this.scrapes = kit.grid().metrics.histogram("sessionmesh_scrape_seconds");
        this.console = console;
    }

    @Override
    public Console console() {
        return console;
    }

    @Override
    public JsonObject status() {
        View view = kit.grid().quorum.view();
        int connections =
                kit.gateways().stream().mapToInt(GatewayVerticle::connections).sum();
        return new JsonObject()
                .put("node", kit.name())
                .put("phase", kit.departure().phase().name().toLowerCase(Locale.ROOT))
                .put("connections", connections)
                .put("turns", kit.rooms().host.size())
                .put("quorum", kit.grid().quorum.hasQuorum())
                .put("quorumLosses", kit.grid().quorum.losses())
                .put("view", view(view))
                .put("lostPartitions", kit.grid().losses.count())
                .put(
                        "refused",
                        new JsonObject(
                                new TreeMap<String, Object>(kit.grid().refusals.counted())))
                .put(
                        "limited",
                        new JsonObject(new TreeMap<String, Object>(kit.quotas().hits())))
                .put(
                        "merges",
                        new JsonObject()
                                .put("sessions", kit.grid().lostAndFound.sessions())
                                .put("events", kit.grid().lostAndFound.events())
                                .put("dropped", kit.grid().lostAndFound.dropped()));
    }

    private static JsonObject view(View view) {
        return new JsonObject()
                .put("term", view.term())
                .put("version", view.version())
                .put("nodes", new JsonArray(List.copyOf(view.names())));
    }

    @Override
    public Future<Exposition> metrics(String accept) {
        return kit.grid().vertx.executeBlocking(() -> {
            long begun = System.nanoTime();
            Exposition page = Exposition.of(kit.grid().metrics, accept);
            scrapes.nanos(System.nanoTime() - begun);
            return page;
        });
    }

    @Override
    public Future<JsonObject> tenants() {
        return kit.usages().here().map(all -> {
            JsonObject tenants = new JsonObject();
            all.forEach((tenant, usage) -> tenants.put(tenant, usage.toJson()));
            return new JsonObject().put("node", kit.name()).put("tenants", tenants);
        });
    }

    @Override
    public boolean drain() {
        return kit.leave().get();
    }

    @Override
    public boolean stay() {
        return kit.departure().stay();
    }

    @Override
    public Optional<JsonObject> archive() {
        return kit.rooms().archive.map(ArchiveRoom::status);
    }

    @Override
    public Future<Optional<JsonObject>> handOver(boolean on) {
        Optional<ArchiveRoom> room = kit.rooms().archive;
        if (room.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return Future.fromCompletionStage(
                        room.get().handOver(on), kit.grid().vertx.getOrCreateContext())
                .map(Optional::of);
    }

    @Override
    public Future<JsonObject> forget(String node) {
        return Future.fromCompletionStage(
                        kit.grid().quorum.forget(node), kit.grid().vertx.getOrCreateContext())
                .map(NodeAdmin::view);
    }

    @Override
    public Future<Void> release(int partition) {
        return Future.fromCompletionStage(
                kit.grid().losses.release(partition), kit.grid().vertx.getOrCreateContext());
    }

    @Override
    public Future<Outcome<JsonObject>> copies(SessionKey session) {
        return Future.fromCompletionStage(
                        kit.rooms().store.compare(session), kit.grid().vertx.getOrCreateContext())
                .map(outcome -> switch (outcome) {
                    case Outcome.Refused<Long> refused -> refused.as();
                    case Outcome.Done<Long>(Long head) ->
                        Outcome.done(new JsonObject()
                                .put("session", session.id())
                                .put("head", head)
                                .put(
                                        "copies",
                                        1
                                                + kit.grid()
                                                        .replicas
                                                        .backups(kit.grid()
                                                                .replicas
                                                                .partitionOf(session.toString()))));
                });
    }

    @Override
    public JsonObject loggers() {
        return new JsonObject().put("node", kit.name()).put("loggers", new JsonObject(new TreeMap<>(LogLevels.all())));
    }

    @Override
    public JsonObject log(String logger, Optional<String> level) {
        LogLevels.set(logger, level);
        LOG.info("{} logs {}", logger, level.orElse("what the logger above it logs"));
        return loggers();
    }

    @Override
    public Future<List<JsonObject>> lost() {
        return kit.grid().vertx.executeBlocking(() -> kit.grid().lostAndFound.list().stream()
                .map(entry -> entry.summary().put("entry", entry.id()))
                .toList());
    }

    @Override
    public Future<Optional<JsonObject>> lost(String id) {
        return kit.grid().vertx.executeBlocking(() -> kit.grid().lostAndFound.get(id));
    }

    @Override
    public Future<Boolean> discard(String id) {
        return kit.grid().vertx.executeBlocking(() -> kit.grid().lostAndFound.discard(id));
    }
}
