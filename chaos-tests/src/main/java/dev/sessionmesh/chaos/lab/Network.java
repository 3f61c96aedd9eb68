package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A bridge, and for each node a network namespace with one address on it. Clients stay in the namespace of this process and reach
 * every node through the bridge's own address, whatever is cut between the nodes.
 *
 * <p>All names begin with {@code smlab} and the id of this process: what a process left behind that is gone is swept away by the
 * next one.
 */
public final class Network implements AutoCloseable {

    private static final String PREFIX = "smlab";
    private static final String GATEWAY = "254";
    private static final int NODES_MAX = 99;

    private final String id;
    private final String subnet;
    private final Cuts cuts;
    private boolean cut;
    private final List<String> namespaces = new ArrayList<>();

    private Network(String id, String subnet) {
        this.id = id;
        this.subnet = subnet;
        this.cuts = new Cuts(id);
    }

    /** What this machine lacks for it, as a sentence; empty when nothing. */
    public static List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!isRoot()) {
            missing.add("root");
        }
        for (String tool : List.of("ip", "nft", "nsenter")) {
            if (!Tool.isInstalled(tool)) {
                missing.add(tool);
            }
        }
        return missing;
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException elsewhere) {
            return false;
        }
    }

    /** An empty network of this process; a {@link LabException} where it cannot be made. */
    static Network create() {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            throw new LabException("network namespaces need what is missing here: " + String.join(", ", missing));
        }
        Leftovers.sweep(PREFIX);
        CpuQuota.sweep();
        Freezer.sweep();
        long pid = ProcessHandle.current().pid();
        String id = PREFIX + pid;
        Network network = new Network(id, freeSubnet(pid));
        try {
            Tool.run("ip", "link", "add", network.bridge(), "type", "bridge");
            Tool.run("ip", "addr", "add", network.subnet + "." + GATEWAY + "/24", "dev", network.bridge());
            Tool.run("ip", "link", "set", network.bridge(), "up");
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private static String freeSubnet(long pid) {
        String taken = Tool.run("ip", "-4", "route") + Tool.run("ip", "-4", "addr");
        for (long i = 0; i < 64; i++) {
            String candidate = "10." + (96 + (pid + i) % 64) + "." + (pid / 64 % 256);
            if (!taken.contains(" " + candidate + ".") && !taken.contains("\n" + candidate + ".")) {
                return candidate;
            }
        }
        throw new LabException("no free private subnet");
    }

    private String bridge() {
        return id;
    }

    /** The next namespace's address. */
    synchronized String add() {
        int number = namespaces.size() + 1;
        if (number > NODES_MAX) {
            throw new LabException("a lab has at most " + NODES_MAX + " nodes");
        }
        String namespace = id + "-" + number;
        String port = port(number);
        String inside = id + "e" + number;
        namespaces.add(namespace);
        Tool.run("ip", "netns", "add", namespace);
        Tool.run("ip", "link", "add", port, "type", "veth", "peer", "name", inside, "netns", namespace);
        Tool.run("ip", "link", "set", port, "master", bridge(), "up");
        Tool.run("ip", "-n", namespace, "link", "set", "lo", "up");
        Tool.run("ip", "-n", namespace, "addr", "add", address(number) + "/24", "dev", inside);
        Tool.run("ip", "-n", namespace, "link", "set", inside, "up");
        return address(number);
    }

    private String port(int number) {
        return id + "v" + number;
    }

    private String address(int number) {
        return subnet + "." + number;
    }

    /** Where this process is reached from the nodes. */
    public String here() {
        return subnet + "." + GATEWAY;
    }

    /** The words before a command that runs it where the node with this number (from 1) lives. */
    List<String> inside(int number) {
        return List.of("/usr/bin/nsenter", "--net=/run/netns/" + namespaces.get(number - 1));
    }

    /** Drops what the first may not say to the second, as numbers from 1; replaces whatever was cut before, at once. */
    public synchronized void cut(List<Cut> list) {
        cut = true;
        cuts.apply(list, this::port);
    }

    /** Of what these say to each other so many percent of the packets get lost, each way; replaces whatever was cut before. */
    public synchronized void lose(List<Cut> links, int percent) {
        cut = true;
        cuts.thin(links, percent, this::port);
    }

    /** Whether a link is cut or loses packets. */
    public synchronized boolean cut() {
        return cut;
    }

    public synchronized void heal() {
        cut = false;
        cuts.lift();
    }

    /** Whoever is interrupted removes it all the same. */
    @Override
    public synchronized void close() {
        boolean interrupted = Thread.interrupted();
        try {
            Leftovers.remove(id);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** From whom to whom nothing passes; numbers of nodes, from 1. */
    public record Cut(int from, int to) {

        /** Nothing passes between the two groups, in either direction. */
        public static List<Cut> between(List<Integer> one, List<Integer> other) {
            return one.stream()
                    .flatMap(a -> other.stream().flatMap(b -> List.of(new Cut(a, b), new Cut(b, a)).stream()))
                    .collect(Collectors.toList());
        }

        /** Nothing passes from the first group to the second; the other way all does. */
        public static List<Cut> oneWay(List<Integer> from, List<Integer> to) {
            return from.stream()
                    .flatMap(a -> to.stream().map(b -> new Cut(a, b)))
                    .collect(Collectors.toList());
        }
    }
}
