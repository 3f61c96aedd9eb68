package dev.sessionmesh.chaos.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What cluster to start.
 *
 * @param nodes how many
 * @param backups synchronous backups of every session
 * @param model the model that sessions run on
 * @param heapMb heap of each node
 * @param dir where logs, state and histories go
 * @param startWithin how long all nodes together may take to become ready
 * @param terrain where the nodes live
 * @param jvm further flags of each node's JVM, after and so before those of the flags file
 * @param arguments further arguments of each node
 * @param initial what the nodes' names begin with, one letter
 * @param clocks how far the nodes' wall clocks are ahead, in the order of the nodes; those behind the last are right. Without any they are the machine's,
 *     else they can be set
 */
public record LabPlan(
        int nodes,
        int backups,
        String model,
        int heapMb,
        Path dir,
        Duration startWithin,
        Terrain terrain,
        List<String> jvm,
        List<String> arguments,
        String initial,
        List<Duration> clocks) {

    public LabPlan {
        if (nodes < 1) {
            throw new IllegalArgumentException("a lab needs at least one node");
        }
        if (initial.length() != 1) {
            throw new IllegalArgumentException("one letter, not " + initial);
        }
        jvm = List.copyOf(jvm);
        arguments = List.copyOf(arguments);
        clocks = List.copyOf(clocks);
    }

    /** Nodes n1, n2 and so on with the scripted model on loopback, 256 MB of heap each. */
    public static LabPlan of(int nodes, int backups, Path dir) {
        return new LabPlan(
                nodes,
                backups,
                "scripted:test",
                256,
                dir,
                Duration.ofMinutes(4),
                Terrain.LOOPBACK,
                List.of(),
                List.of(),
                "n",
                List.of());
    }

    public LabPlan on(Terrain other) {
        return new LabPlan(nodes, backups, model, heapMb, dir, startWithin, other, jvm, arguments, initial, clocks);
    }

    public LabPlan withModel(String other) {
        return new LabPlan(nodes, backups, other, heapMb, dir, startWithin, terrain, jvm, arguments, initial, clocks);
    }

    public LabPlan withJvm(List<String> flags) {
        return new LabPlan(nodes, backups, model, heapMb, dir, startWithin, terrain, flags, arguments, initial, clocks);
    }

    /** More flags, behind those that it has. */
    public LabPlan withArguments(List<String> further) {
        List<String> all = Stream.concat(arguments.stream(), further.stream()).toList();
        return new LabPlan(nodes, backups, model, heapMb, dir, startWithin, terrain, jvm, all, initial, clocks);
    }

    /** With names that can't be taken for those of another lab. */
    public LabPlan named(String letter) {
        return new LabPlan(nodes, backups, model, heapMb, dir, startWithin, terrain, jvm, arguments, letter, clocks);
    }

    /** Needs what {@link WallClock} needs. */
    public LabPlan withClocks(List<Duration> ahead) {
        return new LabPlan(nodes, backups, model, heapMb, dir, startWithin, terrain, jvm, arguments, initial, ahead);
    }

    /** Where a node keeps its log and its state. */
    public Path home(int number) {
        return dir.resolve(initial + number);
    }

    /** Whether the nodes' clocks can be set. */
    boolean hasClocks() {
        return !clocks.isEmpty();
    }

    /** How far the clock of a node is ahead when it is started first. */
    Duration clock(int number) {
        return number > clocks.size() ? Duration.ZERO : clocks.get(number - 1);
    }
}
