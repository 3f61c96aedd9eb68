package dev.sessionmesh.host;

import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.CounterOf;
import dev.sessionmesh.telemetry.metrics.Histogram;
import dev.sessionmesh.telemetry.metrics.Metrics;

/** What is measured where turns run. */
public record HostMeters(
        Counter begun,
        CounterOf<End> ended,
        CounterOf<Need> takeovers,
        Histogram takeover,
        Counter renewed,
        Counter lost) {

    enum End {
        COMPLETED,
        FAILED,
        CANCELLED,
        EXPIRED
    }

    public static HostMeters of(Metrics metrics) {
        return new HostMeters(
                metrics.counter("sessionmesh_turns_begun_total"),
                metrics.counters("sessionmesh_turns_ended_total", "status", End.class),
                metrics.counters("sessionmesh_takeovers_total", "cause", Need.class),
                metrics.histogram("sessionmesh_takeover_seconds"),
                metrics.counter("sessionmesh_leases_renewed_total"),
                metrics.counter("sessionmesh_leases_lost_total"));
    }

    static HostMeters unread() {
        return of(Metrics.unread());
    }

    void ended(TurnStatus status) {
        switch (status) {
            case COMPLETED -> ended.increment(End.COMPLETED);
            case FAILED -> ended.increment(End.FAILED);
            case CANCELLED -> ended.increment(End.CANCELLED);
            case EXPIRED -> ended.increment(End.EXPIRED);
            case RECEIVED, IN_PROGRESS, AWAITING_APPROVAL, AWAITING_TOOL, AWAITING_INPUT -> {}
        }
    }
}
