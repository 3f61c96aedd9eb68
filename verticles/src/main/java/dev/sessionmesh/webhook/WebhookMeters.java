package dev.sessionmesh.webhook;

import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.Metrics;

/** What is measured of a node's part in delivering webhooks. */
final class WebhookMeters {
    final Counter deliveries;
    final Counter events;
    final Counter failures;
    private volatile int behind;
    private volatile long lagMillis;
    private volatile int paused;

    private WebhookMeters(Metrics metrics) {
        deliveries = metrics.counter("sessionmesh_webhook_deliveries_total");
        events = metrics.counter("sessionmesh_webhook_events_total");
        failures = metrics.counter("sessionmesh_webhook_failures_total");
    }

    static WebhookMeters of(Metrics metrics) {
        WebhookMeters meters = new WebhookMeters(metrics);
        metrics.gauge("sessionmesh_webhook_sessions_behind", () -> meters.behind);
        metrics.gauge("sessionmesh_webhook_lag_seconds", () -> meters.lagMillis / 1_000.0);
        metrics.gauge("sessionmesh_webhooks_paused", () -> meters.paused);
        return meters;
    }

    /** For those whom nobody reads. */
    static WebhookMeters unread() {
        return new WebhookMeters(Metrics.unread());
    }

    /**
     * How it is now.
     *
     * @param behindNow sessions that wait for a receiver
     * @param longestMillis for how long one of them has waited
     * @param pausedNow webhooks
     */
    void found(int behindNow, long longestMillis, int pausedNow) {
        behind = behindNow;
        lagMillis = longestMillis;
        paused = pausedNow;
    }
}
