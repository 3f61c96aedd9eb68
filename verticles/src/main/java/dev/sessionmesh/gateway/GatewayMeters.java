package dev.sessionmesh.gateway;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.CounterOf;
import dev.sessionmesh.telemetry.metrics.Histogram;
import dev.sessionmesh.telemetry.metrics.Level;
import dev.sessionmesh.telemetry.metrics.Metrics;

/**
 * What is measured where clients are.
 *
 * @param delivery from events on every copy to events handed to tabs
 * @param age from the time in events to the same
 * @param errors that clients are answered with
 */
public record GatewayMeters(
        Level webSockets,
        Level eventStreams,
        Level tabs,
        Level slowTabs,
        Counter frames,
        Counter events,
        Counter tabReads,
        Histogram delivery,
        Histogram age,
        Attaches attaches,
        CounterOf<ErrorCode> errors,
        Histogram loopLag) {

    public static GatewayMeters of(Metrics metrics) {
        return new GatewayMeters(
                metrics.level("sessionmesh_connections", "kind", "websocket"),
                metrics.level("sessionmesh_connections", "kind", "event_stream"),
                metrics.level("sessionmesh_tabs"),
                metrics.level("sessionmesh_tabs_slow"),
                metrics.counter("sessionmesh_frames_sent_total"),
                metrics.counter("sessionmesh_events_sent_total"),
                metrics.counter("sessionmesh_tab_reads_total"),
                metrics.histogram("sessionmesh_delivery_seconds"),
                metrics.histogram("sessionmesh_event_age_seconds"),
                Attaches.of(metrics),
                metrics.counters("sessionmesh_errors_answered_total", "code", ErrorCode.class, ErrorCode::wire),
                metrics.histogram("sessionmesh_event_loop_lag_seconds"));
    }

    static GatewayMeters unread() {
        return of(Metrics.unread());
    }
}
