package dev.sessionmesh.chaos.lab;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * A DNS server of the lab's own, with one name whose addresses are those of the nodes: what a headless service is to pods. A namespace asks it
 * and nobody else, by a resolv.conf of its own.
 */
final class HeadlessService implements AutoCloseable {
    static final String NAME = "sessionmesh-nodes.lab";

    private static final Path RESOLVERS = Path.of("/etc/netns");

    private final Network network;
    private final Path records;
    private final List<String> addresses = new ArrayList<>();
    private final List<Path> resolvers = new ArrayList<>();
    private final Process server;

    private HeadlessService(Network network, Path dir) {
        this.network = network;
        this.records = dir.resolve("records");
        publish();
        List<String> command = new ArrayList<>(Launch.tied());
        // No address of ours is anybody else's business, and nobody else's answers are ours.
        command.addAll(List.of(
                "/usr/sbin/dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--except-interface=lo",
                "--listen-address=" + network.here(),
                "--user=root",
                "--pid-file=",
                "--local-ttl=1",
                "--hostsdir=" + records));
        server = Launch.start(command, dir, dir.resolve("dns.log"));
    }

    /** Said aloud where something is missing, and a failure in CI. */
    static void assumeThere() {
        Namespaces.assumeThere();
        if (Tool.isInstalled("dnsmasq")) {
            return;
        }
        String why = "*** SKIPPED: no DNS can be served here, missing: dnsmasq";
        if ("true".equals(System.getenv("CI"))) {
            fail(why);
        }
        System.out.println(why);
        Assumptions.abort(why);
    }

    static HeadlessService start(Network network, Path dir) {
        sweep();
        return new HeadlessService(network, dir);
    }

    /** Resolvers of namespaces whose process is gone. */
    private static void sweep() {
        if (!Files.isDirectory(RESOLVERS)) {
            return;
        }
        try (var left = Files.list(RESOLVERS)) {
            for (Path resolver : left.toList()) {
                String name = resolver.getFileName().toString();
                if (name.matches("smlab\\d+-\\d+") && !Files.exists(Path.of("/run/netns", name))) {
                    remove(resolver);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The words before a command that run it where the node with this number lives, with this DNS. */
    List<String> inside(int number) {
        String namespace = Path.of(network.inside(number).getLast().replace("--net=", ""))
                .getFileName()
                .toString();
        Path resolver = RESOLVERS.resolve(namespace);
        try {
            Files.createDirectories(resolver);
            Files.writeString(resolver.resolve("resolv.conf"), "nameserver " + network.here() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        resolvers.add(resolver);
        return List.of("/sbin/ip", "netns", "exec", namespace);
    }

    /** An address that the name has from now on. */
    synchronized void add(String address) {
        addresses.add(address);
        publish();
    }

    private void publish() {
        try {
            Files.createDirectories(records);
            Path next = Files.writeString(
                    records.resolveSibling("records.next"),
                    addresses.stream()
                            .map(address -> address + " " + NAME + "\n")
                            .collect(Collectors.joining()));
            Files.move(
                    next,
                    records.resolve("nodes"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.destroyForcibly();
        resolvers.forEach(HeadlessService::remove);
    }

    private static void remove(Path resolver) {
        try {
            Files.deleteIfExists(resolver.resolve("resolv.conf"));
            Files.deleteIfExists(resolver);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
