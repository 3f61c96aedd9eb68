package dev.sessionmesh.server.cli.demo;

import dev.sessionmesh.server.cli.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the demo's nodes are told of each other.
 *
 * @param dir where their logs and state go
 * @param heap of each, as Java's -Xmx takes it
 */
record DemoNodes(Path dir, String heap) {
    private static final int CLUSTER_PORT = 5701;
    private static final int BUS_PORT = 6701;
    private static final int BACKUPS = 2;

    /** A node for each HTTP port, not started yet; what an earlier demo left in the directory is deleted. */
    List<DemoNode> plan(List<Integer> ports) throws IOException {
        empty(dir);
        Files.createDirectories(dir);
        int count = ports.size();
        ChildJvm jvm = ChildJvm.likeThisOne();
        List<Integer> clusterPorts = FreePorts.from(CLUSTER_PORT, count);
        List<Integer> busPorts = FreePorts.from(BUS_PORT, count);
        String join = clusterPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        List<DemoNode> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "n" + (i + 1);
            List<String> arguments = List.of(
                    "--parent-watch",
                    "--name=" + name,
                    "--profile=lan",
                    "--cluster-name=demo-" + clusterPorts.getFirst(),
                    "--http-host=127.0.0.1",
                    "--http-port=" + ports.get(i),
                    "--cluster-host=127.0.0.1",
                    "--cluster-port=" + clusterPorts.get(i),
                    "--bus-port=" + busPorts.get(i),
                    "--join=" + join,
                    "--backups=" + Math.min(BACKUPS, count - 1),
                    "--members=" + count,
                    "--initial-members=" + count,
                    "--state-dir=" + dir.resolve("state").resolve(name));
            nodes.add(new DemoNode(
                    name,
                    URI.create("http://127.0.0.1:" + ports.get(i)),
                    jvm.command(heap, arguments),
                    dir.resolve(name + ".log")));
        }
        return nodes;
    }

    /** Only what a demo wrote: the logs and the nodes' state. */
    private static void empty(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return;
        }
        List<Path> old;
        try (Stream<Path> files = Files.walk(dir)) {
            old = files.filter(file -> !file.equals(dir))
                    .sorted((a, b) -> b.compareTo(a))
                    .toList();
        }
        for (Path file : old) {
            if (file.startsWith(dir.resolve("state")) || file.toString().endsWith(".log")) {
                Files.delete(file);
            }
        }
    }
}
