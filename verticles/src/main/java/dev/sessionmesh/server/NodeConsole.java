package dev.sessionmesh.server;

import com.hazelcast.cluster.Member;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.cluster.agreement.View;
import dev.sessionmesh.console.Here;
import dev.sessionmesh.console.SessionQuery;
import dev.sessionmesh.console.SessionRow;
import dev.sessionmesh.console.WorstLag;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.gateway.GatewayVerticle;
import dev.sessionmesh.gateway.Traffic;
import dev.sessionmesh.store.hazelcast.SessionFinder;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node, as the consoles of all nodes see it. */
final class NodeConsole implements Here {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConsole.class);
    /** Counting sessions takes its time, so it is not done anew for everybody who looks. */
    private static final long COUNTED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final NodeAdmin.Kit kit;
    private final BooleanSupplier safe;
    private final WorstLag lag;
    private final SessionFinder finder;
    private final JsonObject config;
    private final Counter begun;
    private final Counter resumed;
    private final Counter diverged;
    private final Counter reads;
    private final Counter backfills;
    private final Instant startedAt = Instant.now();
    private @Nullable Future<Integer> counted;
    private long countedAt;

    /**
     * @param safe whether the copies of this node's partitions are where they belong
     * @param config as {@link Effective} tells it
     */
    NodeConsole(NodeAdmin.Kit kit, BooleanSupplier safe, WorstLag lag, SessionFinder finder, JsonObject config) {
        this.kit = kit;
        this.safe = safe;
        this.lag = lag;
        this.finder = finder;
        this.config = config;
        Metrics metrics = kit.grid().metrics;
        begun = metrics.counter("sessionmesh_attaches_total", "wish", "begin", "result", "done");
        resumed = metrics.counter("sessionmesh_attaches_total", "wish", "resume", "result", "done");
        diverged = metrics.counter("sessionmesh_attaches_total", "wish", "resume", "result", "diverged");
        reads = metrics.counter("sessionmesh_tab_reads_total");
        backfills = metrics.counter("sessionmesh_backfills_total");
    }

    @Override
    public String name() {
        return kit.name();
    }

    @Override
    public String phase() {
        return kit.departure().phase().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Future<JsonObject> node() {
        return traffic().compose(traffic -> owned().map(owned -> node(traffic, owned)));
    }

    private JsonObject node(Traffic traffic, int owned) {
        Member member = kit.grid().hazelcast.getCluster().getLocalMember();
        Runtime machine = Runtime.getRuntime();
        View view = kit.grid().quorum.view();
        return new JsonObject()
                .put("name", kit.name())
                .put("incarnation", member.getUuid().toString())
                .put("url", attribute(member, MeshNames.ATTRIBUTE_URL))
                .put("zone", attribute(member, MeshNames.ATTRIBUTE_ZONE))
                .put("region", attribute(member, MeshNames.ATTRIBUTE_REGION))
                .put(
                        "address",
                        member.getAddress().getHost() + ":"
                                + member.getAddress().getPort())
                .put("version", Effective.version())
                .put("startedAt", startedAt.toString())
                .put("phase", phase())
                .put(
                        "connections",
                        kit.gateways().stream()
                                .mapToInt(GatewayVerticle::connections)
                                .sum())
                .put("tabs", traffic.tabs())
                .put("behind", traffic.behind())
                .put("followed", traffic.sessions())
                .put("owned", owned)
                .put("turns", kit.rooms().host.size())
                .put("loopLagMs", Math.round(lag.worstMillis() * 10) / 10.0)
                .put("heapUsed", machine.totalMemory() - machine.freeMemory())
                .put("heapMost", machine.maxMemory())
                .put("quorum", kit.grid().quorum.hasQuorum())
                .put("quorumLosses", kit.grid().quorum.losses())
                .put("safe", safe.getAsBoolean())
                .put("lostPartitions", kit.grid().losses.count())
                .put(
                        "view",
                        new JsonObject()
                                .put("term", view.term())
                                .put("version", view.version())
                                .put("nodes", new JsonArray(new ArrayList<>(view.names()))));
    }

    private static String attribute(Member member, String name) {
        @Nullable String value = member.getAttribute(name);
        return value == null ? "" : value;
    }

    private Future<Traffic> traffic() {
        List<Future<Traffic>> all =
                kit.gateways().stream().map(GatewayVerticle::traffic).toList();
        return Future.join(all).map(done -> all.stream().map(Future::result).reduce(Traffic.NONE, Traffic::plus));
    }

    private synchronized Future<Integer> owned() {
        long now = System.nanoTime();
        @Nullable Future<Integer> known = counted;
        if (known == null || now - countedAt >= COUNTED_NANOS) {
            known = Future.fromCompletionStage(kit.rooms().census.all()).map(tenants -> tenants.values().stream()
                    .mapToInt(Integer::intValue)
                    .sum());
            counted = known;
            countedAt = now;
        }
        return known;
    }

    @Override
    public Future<JsonObject> delivery() {
        return traffic().map(traffic -> new JsonObject()
                .put("name", kit.name())
                .put("tabs", traffic.tabs())
                .put("sessions", traffic.sessions())
                .put("behind", traffic.behind())
                .put("heldUp", traffic.heldUp())
                .put(
                        "slowest",
                        new JsonArray(traffic.slowest().stream()
                                .map(NodeConsole::slow)
                                .toList()))
                .put("resumed", resumed.sum())
                .put("snapshots", counts(Map.of("new", begun.sum(), "diverged", diverged.sum())))
                .put("reads", reads.sum())
                .put("backfills", backfills.sum())
                .put("refused", counts(kit.grid().refusals.counted()))
                .put("limited", counts(kit.quotas().hits())));
    }

    private static JsonObject slow(Traffic.Slow tab) {
        return new JsonObject()
                .put("tenant", tab.key().tenant())
                .put("session", tab.key().id())
                .put("events", tab.events())
                .put("heldUp", tab.heldUp());
    }

    private static JsonObject counts(Map<String, Long> counted) {
        return new JsonObject(new TreeMap<>(counted));
    }

    @Override
    public JsonObject config() {
        return config.copy();
    }

    @Override
    public CompletionStage<List<SessionRow>> sessions(SessionQuery query) {
        return finder.find(query);
    }

    @Override
    public Future<Map<String, Integer>> tabs(Set<String> keys) {
        Set<SessionKey> wanted = keys.stream().map(NodeConsole::key).collect(Collectors.toSet());
        List<Future<Map<SessionKey, Integer>>> all =
                kit.gateways().stream().map(gateway -> gateway.tabs(wanted)).toList();
        return Future.join(all).map(done -> {
            Map<String, Integer> sum = new HashMap<>();
            all.forEach(some -> some.result().forEach((key, tabs) -> sum.merge(key.toString(), tabs, Integer::sum)));
            return sum;
        });
    }

    private static SessionKey key(String text) {
        int slash = text.indexOf('/');
        return new SessionKey(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public Future<List<JsonObject>> webhooks() {
        return kit.rooms().hooks.webhooks().everybodys();
    }

    @Override
    public boolean drain() {
        LOG.info("an operator's console asks this node to drain");
        return kit.leave().get();
    }

    @Override
    public boolean stay() {
        LOG.info("an operator's console asks this node to stay");
        return kit.departure().stay();
    }
}
