package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A cluster of node processes on loopback. Closing it ends them all; so does the end of this JVM, orderly (a shutdown hook) or not
 * (the kernel's parent-death signal, where setpriv is there).
 */
public final class Lab implements AutoCloseable {

    private final List<Node> nodes;
    private final HttpClient http;
    private final Thread hook = new Thread(this::destroyAll, "lab-shutdown");

    private Lab(List<Node> nodes, HttpClient http) {
        this.nodes = List.copyOf(nodes);
        this.http = http;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts the planned cluster and waits until every node is ready. */
    public static Lab start(LabPlan plan) {
        Lab lab = prepare(plan);
        try {
            lab.nodes.forEach(Node::start);
            lab.awaitAllReady(plan.startWithin());
            return lab;
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    private static Lab prepare(LabPlan plan) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        int count = plan.nodes();
        List<Integer> ports = Launch.freePorts(count * 3);
        String clusterName = "lab-" + ports.getFirst();
        List<HostPorts> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hosts.add(new HostPorts(ports.get(i), ports.get(count + i), ports.get(2 * count + i)));
        }
        String join = hosts.stream().map(host -> "127.0.0.1:" + host.cluster()).collect(Collectors.joining(","));
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "n" + (i + 1);
            HostPorts host = hosts.get(i);
            Path dir = created(plan.dir().resolve(name));
            List<String> arguments = List.of(
                    "serve",
                    "--name=" + name,
                    "--profile=" + (count == 1 ? "dev" : "lan"),
                    "--cluster-name=" + clusterName,
                    "--http-port=" + host.http(),
                    "--cluster-port=" + host.cluster(),
                    "--bus-port=" + host.bus(),
                    "--join=" + join,
                    "--members=" + count,
                    "--initial-members=" + count,
                    "--backups=" + plan.backups(),
                    "--state-dir=" + dir.resolve("state"),
                    "--model=" + plan.model());
            nodes.add(new Node(name, host.http(), Launch.command(plan.heapMb(), arguments), dir, http));
        }
        return new Lab(nodes, http);
    }

    private record HostPorts(int http, int cluster, int bus) {}

    private static Path created(Path dir) {
        try {
            return Files.createDirectories(dir.toAbsolutePath());
        } catch (IOException e) {
            throw new LabException("cannot create " + dir, e);
        }
    }

    public void awaitAllReady(Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        for (Node node : running()) {
            node.awaitReady(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Node node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new LabException("no node " + name + " among " + nodes));
    }

    public List<Node> running() {
        return nodes.stream().filter(Node::running).toList();
    }

    /** The member that has been up longest: Hazelcast's master, whose death takes longer to heal. */
    public Node oldest() {
        return running().stream()
                .min(Comparator.comparingLong(Node::startedNs))
                .orElseThrow(() -> new LabException("no node runs"));
    }

    public List<URI> urls() {
        return nodes.stream().map(Node::url).toList();
    }

    private void destroyAll() {
        nodes.forEach(Node::destroy);
    }

    @Override
    public void close() {
        destroyAll();
        http.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending and the hook runs already: destroying twice is harmless
        }
    }
}
