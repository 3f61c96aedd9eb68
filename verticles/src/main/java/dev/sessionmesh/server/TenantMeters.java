package dev.sessionmesh.server;

import dev.sessionmesh.access.quota.Usage;
import dev.sessionmesh.access.quota.Usages;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.Level;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics by tenant, for as many tenants as the operator asked for: those that used most when there was a place left, for as long as the node
 * runs, so that no line of a graph changes its meaning. All others are one more, called {@link #OTHER}.
 */
final class TenantMeters {
    static final String OTHER = "other";

    private static final Logger LOG = LoggerFactory.getLogger(TenantMeters.class);
    private static final long EVERY_MILLIS = TimeUnit.SECONDS.toMillis(15);

    private final Metrics metrics;
    private final int most;
    private final Map<String, Place> places = new HashMap<>();
    private final Place others;
    private Map<String, Usage> before = Map.of();

    /** @param most tenants that get a label; above 0 */
    TenantMeters(Metrics metrics, int most) {
        this.metrics = metrics;
        this.most = most;
        this.others = new Place(metrics, OTHER);
    }

    /** Looks now, and every so often from then on. */
    void watch(Vertx vertx, Usages usages) {
        Runnable look = () -> usages.here()
                .onSuccess(this::found)
                .onFailure(stopping -> LOG.debug("tenants could not be counted: {}", stopping.toString()));
        vertx.runOnContext(now -> {
            look.run();
            vertx.setPeriodic(EVERY_MILLIS, timer -> look.run());
        });
    }

    /** Counts of a tenant begin again when the node has forgotten it, so what is new is added up here. */
    synchronized void found(Map<String, Usage> now) {
        now.entrySet().stream()
                .filter(tenant ->
                        !places.containsKey(tenant.getKey()) && !tenant.getKey().equals(OTHER))
                .sorted(Comparator.comparingLong((Map.Entry<String, Usage> tenant) -> weight(tenant.getValue()))
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most - places.size())
                .map(Map.Entry::getKey)
                .toList()
                .forEach(tenant -> places.put(tenant, new Place(metrics, tenant)));
        now.forEach((tenant, usage) ->
                places.getOrDefault(tenant, others).add(usage, before.getOrDefault(tenant, Usage.NONE)));
        before = Map.copyOf(now);
        others.show();
        places.values().forEach(Place::show);
    }

    private static long weight(Usage usage) {
        return usage.requests() + usage.commands() + usage.sessions() + usage.connections();
    }

    /** One label's meters. */
    private static final class Place {
        private final Counter requests;
        private final Counter commands;
        private final Counter limited;
        private final Level sessions;
        private final Level connections;
        private Usage counting = Usage.NONE;
        private Usage shown = Usage.NONE;

        Place(Metrics metrics, String tenant) {
            requests = metrics.counter("sessionmesh_tenant_requests_total", "tenant", tenant);
            commands = metrics.counter("sessionmesh_tenant_commands_total", "tenant", tenant);
            limited = metrics.counter("sessionmesh_tenant_limited_total", "tenant", tenant);
            sessions = metrics.level("sessionmesh_tenant_sessions", "tenant", tenant);
            connections = metrics.level("sessionmesh_tenant_connections", "tenant", tenant);
        }

        void add(Usage now, Usage before) {
            counting = counting.plus(now);
            requests.add(more(now.requests(), before.requests()));
            commands.add(more(now.commands(), before.commands()));
            limited.add(more(sum(now), sum(before)));
        }

        /** What there is now, of all whom it stands for. */
        void show() {
            sessions.add(counting.sessions() - shown.sessions());
            connections.add(counting.connections() - shown.connections());
            shown = counting;
            counting = Usage.NONE;
        }

        private static long sum(Usage usage) {
            return usage.limited().values().stream().mapToLong(Long::longValue).sum();
        }

        private static long more(long now, long before) {
            return now >= before ? now - before : now;
        }
    }
}
