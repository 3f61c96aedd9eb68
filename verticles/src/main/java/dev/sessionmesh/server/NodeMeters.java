package dev.sessionmesh.server;

import dev.sessionmesh.access.quota.Quotas;
import dev.sessionmesh.access.quota.Use;
import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.ArchiveRoom;
import dev.sessionmesh.archive.Figures;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.store.hazelcast.Inventory;
import dev.sessionmesh.telemetry.metrics.Metrics;
import java.util.Locale;
import java.util.Objects;

/** What is read of a node when somebody asks for its metrics. What happens often is counted where it happens. */
final class NodeMeters {
    private final Metrics metrics;

    NodeMeters(Metrics metrics) {
        this.metrics = metrics;
    }

    void of(Grid grid) {
        metrics.gauge("sessionmesh_members", grid.members::size);
        metrics.gauge("sessionmesh_quorum", () -> grid.quorum.hasQuorum() ? 1 : 0);
        metrics.counted("sessionmesh_quorum_losses_total", grid.quorum::losses);
        metrics.gauge("sessionmesh_view_term", () -> grid.quorum.view().term());
        metrics.gauge("sessionmesh_view_version", () -> grid.quorum.view().version());
        metrics.gauge("sessionmesh_view_nodes", () -> grid.quorum.view().names().size());
        metrics.gauge("sessionmesh_partitions_degraded", grid.replicas::degraded);
        metrics.gauge("sessionmesh_partitions_lost", grid.losses::count);
        metrics.counted("sessionmesh_partition_losses_total", grid.losses::events);
        metrics.counted("sessionmesh_split_sessions_total", grid.lostAndFound::sessions);
        metrics.counted("sessionmesh_split_events_total", grid.lostAndFound::events);
        metrics.counted("sessionmesh_split_dropped_total", grid.lostAndFound::dropped);
        for (ErrorCode code : ErrorCode.values()) {
            metrics.counted("sessionmesh_refusals_total", () -> grid.refusals.of(code), "code", code.wire());
        }
        String version =
                Objects.requireNonNullElse(NodeMeters.class.getPackage().getImplementationVersion(), "unpackaged");
        metrics.gauge(
                "sessionmesh_build_info",
                () -> 1,
                "version",
                version,
                "java",
                Runtime.version().toString());
    }

    void of(Rooms rooms) {
        metrics.gauge("sessionmesh_turns_running", rooms.host::size);
        metrics.gauge("sessionmesh_records_held", rooms.inventory::held);
        for (Inventory.Stage stage : Inventory.Stage.values()) {
            metrics.gauge(
                    "sessionmesh_sessions_owned", () -> rooms.inventory.sessions(stage), "state", Metrics.lower(stage));
        }
        metrics.gauge("sessionmesh_approvals_waiting", rooms.inventory::approvals);
        metrics.gauge("sessionmesh_approvals_oldest_seconds", rooms.inventory::oldestApproval);
        metrics.gauge("sessionmesh_lost_and_found_entries", rooms.inventory::lostAndFound);
    }

    void of(ArchiveRoom archive) {
        Figures figures = archive.figures();
        metrics.gauge("sessionmesh_archive_reachable", () -> archive.isReachable() ? 1 : 0);
        metrics.gauge("sessionmesh_archive_lag_events", figures::lagEvents);
        metrics.gauge("sessionmesh_archive_lag_seconds", () -> figures.lagMillis() / 1_000.0);
        metrics.counted("sessionmesh_archive_writes_total", figures.writes::sum);
        metrics.counted("sessionmesh_archive_events_total", figures.events::sum);
        metrics.counted("sessionmesh_archive_bytes_total", figures.bytes::sum);
        metrics.counted("sessionmesh_archive_slept_total", figures.slept::sum);
        metrics.counted("sessionmesh_archive_retired_total", figures.retired::sum);
        metrics.counted("sessionmesh_archive_compacted_total", figures.compacted::sum);
        metrics.counted("sessionmesh_archive_compacted_bytes_total", figures.compactedBytes::sum);
        metrics.counted("sessionmesh_archive_woken_total", figures.woken::sum);
        metrics.counted("sessionmesh_archive_recovered_total", figures.recovered::sum);
        metrics.counted("sessionmesh_archive_waking_seconds_total", () -> figures.wakingMillis.sum() / 1_000.0);
        metrics.counted("sessionmesh_archive_rewound_total", figures.rewound::sum);
        metrics.counted("sessionmesh_archive_taken_total", figures.lost::sum);
        metrics.counted("sessionmesh_archive_refills_total", figures.refilled::sum);
        for (ArchiveException.Kind kind : ArchiveException.Kind.values()) {
            metrics.counted(
                    "sessionmesh_archive_failures_total", () -> figures.failures(kind), "kind", Metrics.lower(kind));
        }
    }

    void of(NodeHealth health, Departure departure, Quotas quotas) {
        metrics.gauge("sessionmesh_partitions_safe", () -> health.isSafe() ? 1 : 0);
        for (Departure.Phase phase : Departure.Phase.values()) {
            metrics.gauge(
                    "sessionmesh_node_phase",
                    () -> departure.phase() == phase ? 1 : 0,
                    "phase",
                    phase.name().toLowerCase(Locale.ROOT));
        }
        for (Departure.Step step : Departure.Step.values()) {
            metrics.counted("sessionmesh_drains_total", () -> departure.times(step), "step", Metrics.lower(step));
        }
        for (Quotas.Whose whose : Quotas.Whose.values()) {
            for (Use use : Use.values()) {
                metrics.counted(
                        "sessionmesh_limits_hit_total",
                        () -> quotas.hits(whose, use),
                        "whose",
                        Metrics.lower(whose),
                        "use",
                        Metrics.lower(use));
            }
        }
    }
}
