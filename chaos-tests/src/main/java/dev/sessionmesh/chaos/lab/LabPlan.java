package dev.sessionmesh.chaos.lab;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What cluster to start.
 *
 * @param nodes how many, named n1, n2, ...
 * @param backups synchronous backups of every session
 * @param model the model that sessions run on
 * @param heapMb heap of each node
 * @param dir where logs, state and histories go
 * @param startWithin how long all nodes together may take to become ready
 */
public record LabPlan(int nodes, int backups, String model, int heapMb, Path dir, Duration startWithin) {

    public LabPlan {
        if (nodes < 1) {
            throw new IllegalArgumentException("a lab needs at least one node");
        }
    }

    /** Nodes with the scripted model, 256 MB of heap each. */
    public static LabPlan of(int nodes, int backups, Path dir) {
        return new LabPlan(nodes, backups, "scripted:test", 256, dir, Duration.ofSeconds(90));
    }
}
