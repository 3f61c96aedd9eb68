package dev.sessionmesh.chaos.lab;

import dev.sessionmesh.cluster.HostPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster of node processes on this machine. Closing it ends them all and takes its network down; so does the end of this JVM,
 * orderly (a shutdown hook) or not (the kernel's parent-death signal, where setpriv is there; the next lab sweeps the network).
 */
public final class Lab implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int HTTP = 8080;
    private static final int CLUSTER = 5701;
    private static final int BUS = 5801;

    private final LabPlan plan;
    private final HttpClient http;
    private final Optional<Network> network;
    private final String clusterName = "lab-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000;
    private final List<Place> places = new ArrayList<>();
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final Thread hook = new Thread(this::end, "lab-shutdown");

    private record Place(String host, int http, int cluster, int bus) {
        HostPort member() {
            return new HostPort(host, cluster);
        }
    }

    private Lab(LabPlan plan, HttpClient http) {
        this.plan = plan;
        this.http = http;
        this.network = plan.terrain() == Terrain.NAMESPACES ? Optional.of(Network.create()) : Optional.empty();
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

    /** The same without starting any node. */
    private static Lab prepare(LabPlan plan) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        Lab lab = new Lab(plan, http);
        try {
            for (int i = 0; i < plan.nodes(); i++) {
                lab.places.add(lab.place());
            }
            for (int i = 1; i <= plan.nodes(); i++) {
                lab.nodes.add(lab.node(i));
            }
            return lab;
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    private Place place() {
        if (network.isPresent()) {
            return new Place(network.get().add(), HTTP, CLUSTER, BUS);
        }
        List<Integer> ports = Launch.freePorts(3);
        while (isUsed(ports)) {
            ports = Launch.freePorts(3);
        }
        return new Place(LOOPBACK, ports.get(0), ports.get(1), ports.get(2));
    }

    private boolean isUsed(List<Integer> ports) {
        return places.stream()
                .flatMap(place -> Stream.of(place.http(), place.cluster(), place.bus()))
                .anyMatch(ports::contains);
    }

    private Node node(int number) {
        String name = plan.initial() + number;
        Place place = places.get(number - 1);
        Path dir = Directories.emptied(plan.home(number).toAbsolutePath());
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--name=" + name,
                "--profile=" + (plan.nodes() == 1 ? "dev" : "lan"),
                "--cluster-name=" + clusterName,
                "--http-host=" + place.host(),
                "--http-port=" + place.http(),
                "--cluster-host=" + place.host(),
                "--cluster-port=" + place.cluster(),
                "--bus-port=" + place.bus(),
                "--join=" + places.stream().map(p -> p.member().toString()).collect(Collectors.joining(",")),
                "--members=" + places.size(),
                "--initial-members=" + plan.nodes(),
                "--backups=" + plan.backups(),
                "--state-dir=" + dir.resolve("state"),
                "--model=" + plan.model()));
        if (network.isPresent()) {
            // Its address is not this machine's own, and its clients are the drill's.
            arguments.add("--no-auth");
        }
        arguments.addAll(plan.arguments());
        List<String> where = new ArrayList<>(network.map(n -> n.inside(number)).orElse(List.of()));
        if (plan.hasClocks()) {
            WallClock clock = new WallClock(dir);
            where.addAll(clock.install());
            clock.set(plan.clock(number));
        }
        return new Node(
                name,
                URI.create("http://" + place.host() + ":" + place.http()),
                Launch.command(where, plan.heapMb(), plan.jvm(), arguments),
                dir,
                http);
    }

    /** One more node, not started yet; those that run know nothing of it, it knows them all. */
    public Node add() {
        places.add(place());
        Node node = node(places.size());
        nodes.add(node);
        return node;
    }

    /** Takes a node out of the lab that does not run any more. */
    public void remove(Node node) {
        if (node.running()) {
            throw new LabException(node.name() + " still runs");
        }
        nodes.remove(node);
    }

    /** Where links are cut; a {@link LabException} on loopback. */
    public Network network() {
        return network.orElseThrow(() -> new LabException("no link can be cut on loopback"));
    }

    /** Whether a link is cut. */
    public boolean cut() {
        return network.map(Network::cut).orElse(false);
    }

    /** A node's number in the network, from 1. */
    public static int number(Node node) {
        return Integer.parseInt(node.name().substring(1));
    }

    public void awaitAllReady(Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        for (Node node : running()) {
            node.awaitReady(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }

    public List<Node> nodes() {
        return List.copyOf(nodes);
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

    /** Where clients find the nodes. */
    public List<URI> urls() {
        return nodes.stream().map(Node::front).toList();
    }

    private void end() {
        nodes.forEach(Node::destroy);
        network.ifPresent(Network::close);
    }

    @Override
    public void close() {
        end();
        http.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending and the hook runs already: destroying twice is harmless
        }
    }
}
