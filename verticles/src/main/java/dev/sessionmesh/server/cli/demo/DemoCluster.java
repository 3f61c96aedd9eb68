package dev.sessionmesh.server.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The nodes of the demo, as long as this process lives. */
final class DemoCluster implements AutoCloseable {
    private static final Duration READY_WAIT = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);
    private static final int STARTS_MAX = 3;
    private static final int LOG_LINES_SHOWN = 15;

    private final List<DemoNode> nodes;
    private final PrintWriter out;
    private volatile boolean stopping;

    DemoCluster(List<DemoNode> nodes, PrintWriter out) {
        this.nodes = List.copyOf(nodes);
        this.out = out;
    }

    List<DemoNode.State> states() {
        return nodes.stream().map(DemoNode::state).toList();
    }

    Optional<DemoNode> node(String name) {
        return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
    }

    void startAll() throws IOException {
        for (DemoNode node : nodes) {
            start(node);
        }
    }

    /** @return whether it was started by this call */
    boolean start(DemoNode node) throws IOException {
        if (stopping) {
            throw new IOException("the demo is stopping");
        }
        return node.start(exit -> {
            if (!stopping) {
                out.println(node.name() + " ended with " + exit + "; its log: " + node.log());
            }
        });
    }

    /**
     * Returns when every node is ready; fails when that takes longer than {@link #READY_WAIT}, or when one ends before, time and
     * again: on a busy machine a node may give up once while the cluster forms, as it would under any supervisor.
     */
    void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_WAIT.toNanos();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
            for (DemoNode node : nodes) {
                int startsLeft = STARTS_MAX - 1;
                while (!isReady(client, node.state().url())) {
                    if (!node.state().alive() && startsLeft-- == 0) {
                        throw new IOException(node.name() + " did not start:\n" + logEnd(node));
                    }
                    start(node);
                    if (System.nanoTime() > deadline) {
                        throw new IOException(node.name() + " was not ready after " + READY_WAIT.toSeconds() + " s:\n"
                                + logEnd(node));
                    }
                    Thread.sleep(POLL);
                }
            }
        }
    }

    private static boolean isReady(HttpClient client, URI node) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(node.resolve("/health/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String logEnd(DemoNode node) throws IOException {
        Path log = node.log();
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }

    /** Stops every node: asks, waits a little, then kills. */
    @Override
    public void close() {
        stopping = true;
        nodes.forEach(DemoNode::terminate);
        long deadline = System.nanoTime() + STOP_WAIT.toNanos();
        for (DemoNode node : nodes) {
            long leftMs = Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
            try {
                if (!node.awaitEnd(leftMs)) {
                    node.kill();
                }
            } catch (InterruptedException hurry) {
                node.kill();
                Thread.currentThread().interrupt();
            }
        }
    }
}
