package dev.sessionmesh.server.cli.demo;

import dev.sessionmesh.server.cli.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The demo's nodes for a test that needs real ones. */
public final class LocalNodes implements AutoCloseable {
    private static final int FIRST_PORT = 28_080;

    private final DemoPorts mine;
    private final DemoCluster cluster;

    private LocalNodes(DemoPorts mine, DemoCluster cluster) {
        this.mine = mine;
        this.cluster = cluster;
    }

    public static LocalNodes start(Path dir, int count) throws IOException, InterruptedException {
        DemoPorts mine = DemoPorts.take();
        List<Integer> ports = FreePorts.from(FIRST_PORT, count);
        DemoCluster cluster =
                new DemoCluster(new DemoNodes(dir, "256m").plan(ports), new PrintWriter(PrintWriter.nullWriter()));
        try {
            cluster.startAll();
            cluster.awaitReady();
            return new LocalNodes(mine, cluster);
        } catch (IOException | InterruptedException failed) {
            cluster.close();
            mine.close();
            throw failed;
        }
    }

    /** All of them, with commas between. */
    public String urls() {
        return cluster.states().stream().map(node -> node.url().toString()).collect(Collectors.joining(","));
    }

    public void kill(int node) {
        cluster.node(cluster.states().get(node).name()).orElseThrow().kill();
    }

    @Override
    public void close() {
        cluster.close();
        try {
            mine.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
