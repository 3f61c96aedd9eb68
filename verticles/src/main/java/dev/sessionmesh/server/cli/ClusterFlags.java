package dev.sessionmesh.server.cli;

import dev.sessionmesh.cluster.ClusterSettings;
import dev.sessionmesh.cluster.HostPort;
import dev.sessionmesh.cluster.Profile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How the node finds and trusts the others. Defaults that depend on the profile are those of {@link ClusterSettings}. */
final class ClusterFlags {
    /** The event bus listens this far above the member port. */
    private static final int BUS_PORT_OFFSET = 1000;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description =
                    "dev: one machine. lan: nodes that know addresses. kubernetes: nodes that find each other by DNS.")
    private Profile profile = Profile.DEV;

    @Option(names = "--cluster-name", paramLabel = "NAME", description = "Only nodes of one name form a cluster.")
    private String clusterName = "sessionmesh";

    @Option(names = "--cluster-host", paramLabel = "HOST", description = "Address that other nodes connect to.")
    private String host = "127.0.0.1";

    @Option(names = "--cluster-port", paramLabel = "PORT", description = "Port for cluster membership and data.")
    private int port = 5701;

    @Option(
            names = "--bus-port",
            paramLabel = "PORT",
            description = "Port for the event bus. Default: the cluster port + " + BUS_PORT_OFFSET + ".")
    private Optional<Integer> busPort = Optional.empty();

    @Option(
            names = "--advertise-host",
            paramLabel = "HOST",
            description = "What other nodes connect to, where it is not the cluster host. Default: the cluster host.")
    private Optional<String> advertiseHost = Optional.empty();

    @Option(
            names = "--join",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Nodes to join, by their cluster ports; repeatable. Default: none, a cluster of its own.")
    private List<HostPort> join = new ArrayList<>();

    @Option(
            names = "--join-dns",
            paramLabel = "NAME",
            description = "A DNS name whose addresses are the nodes, all on this node's cluster port. Default: none.")
    private Optional<String> joinDns = Optional.empty();

    @Option(
            names = "--members",
            paramLabel = "N",
            description =
                    "The cluster's usual size, for the self-check. Default: 1 (dev) or 3, or what --join, --backups and --initial-members imply.")
    private Optional<Integer> members = Optional.empty();

    @Option(
            names = "--initial-members",
            paramLabel = "N",
            description =
                    "Nodes that must be there before a new cluster takes its first write. Default: 1 (dev) or a majority.")
    private Optional<Integer> initialMembers = Optional.empty();

    @Option(
            names = "--backups",
            paramLabel = "N",
            description =
                    "Copies of every event beside the first, all written before it is shown. Default: 1 (dev) or 2.")
    private Optional<Integer> backups = Optional.empty();

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Copies are kept in different zones when every node has one. Default: none.")
    private Optional<String> zone = Optional.empty();

    @Option(
            names = "--zone-required",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description =
                    "Refuse to start without a zone: one node that lacks it would have copies beside each other unnoticed.")
    private boolean zoneRequired;

    @Option(
            names = "--gateway",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description =
                    "Hold no sessions and have no vote: serve clients only, and come and go without moving anybody's data.")
    private boolean gateway;

    @Option(names = "--region", paramLabel = "REGION", description = "Recorded in what the node writes.")
    private String region = "local";

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Where the last agreed membership survives a restart. Default: none, it does not.")
    private Optional<Path> stateDir = Optional.empty();

    @Option(
            names = "--strict",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description = {
                "Hold writes that fewer copies than configured would keep, write only while a majority was heard within one"
                        + " heartbeat, refuse to start with a warning."
            })
    private boolean strict;

    ClusterSettings settings(String name, String publicUrl) {
        if (zoneRequired && zone.isEmpty()) {
            throw new IllegalArgumentException("--zone-required, and there is none: give --zone");
        }
        var settings = ClusterSettings.of(profile, name)
                .clusterName(clusterName)
                .publicUrl(publicUrl)
                .bindHost(host)
                .memberPort(port)
                .busPort(busPort.orElse(port == 0 ? 0 : port + BUS_PORT_OFFSET))
                .join(List.copyOf(join))
                .region(region)
                .strict(strict)
                .gateway(gateway);
        advertiseHost.ifPresent(settings::publicHost);
        joinDns.ifPresent(settings::dnsName);
        zone.ifPresent(settings::zone);
        stateDir.ifPresent(settings::stateDir);
        backups.ifPresent(settings::backups);
        settings.membersExpected(members.orElseGet(this::impliedMembers));
        initialMembers.or(this::impliedInitialMembers).ifPresent(settings::initialMembers);
        return settings.build();
    }

    /** Who waits for five nodes, names five, or wants four copies beside the first expects at least five. */
    private int impliedMembers() {
        int named = (int) Stream.concat(join.stream(), Stream.of(new HostPort(host, Math.max(1, port))))
                .distinct()
                .count();
        int usual = profile == Profile.DEV ? 1 : 3;
        return IntStream.of(usual, named, backups.orElse(0) + 1, initialMembers.orElse(1))
                .max()
                .orElse(usual);
    }

    /** On one machine a first node is a cluster at once, however many are to join it. */
    private Optional<Integer> impliedInitialMembers() {
        return profile == Profile.DEV ? Optional.of(1) : Optional.empty();
    }
}
