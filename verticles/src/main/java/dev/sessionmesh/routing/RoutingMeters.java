package dev.sessionmesh.routing;

import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.CounterOf;
import dev.sessionmesh.telemetry.metrics.Level;
import dev.sessionmesh.telemetry.metrics.Metrics;

/** What is measured where events come together: the bus between the nodes, what it left out, and decisions on their way. */
public record RoutingMeters(
        Level followed,
        Counter sent,
        Counter received,
        Counter gaps,
        Counter duplicates,
        Counter dropped,
        Counter backfills,
        CounterOf<Decision> decisions) {

    enum Decision {
        APPROVED,
        REJECTED
    }

    public static RoutingMeters of(Metrics metrics) {
        return new RoutingMeters(
                metrics.level("sessionmesh_followed_sessions"),
                metrics.counter("sessionmesh_bus_batches_sent_total"),
                metrics.counter("sessionmesh_bus_batches_received_total"),
                metrics.counter("sessionmesh_bus_gaps_total"),
                metrics.counter("sessionmesh_bus_duplicates_total"),
                metrics.counter("sessionmesh_bus_dropped_total"),
                metrics.counter("sessionmesh_backfills_total"),
                metrics.counters("sessionmesh_approvals_decided_total", "decision", Decision.class));
    }

    static RoutingMeters unread() {
        return of(Metrics.unread());
    }

    void decided(Command.Decide decide) {
        decisions
                .of(decide.approve() ? Decision.APPROVED : Decision.REJECTED)
                .add(decide.callIds().size());
    }
}
