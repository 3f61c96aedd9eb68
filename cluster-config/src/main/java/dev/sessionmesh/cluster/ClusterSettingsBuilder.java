package dev.sessionmesh.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The one place of the defaults. Not thread-safe. */
public final class ClusterSettingsBuilder {
    private final Profile profile;
    private final String nodeName;
    private String clusterName = "sessionmesh";
    private String publicUrl = "";
    private String bindHost;
    private int memberPort = 5701;
    private int busPort = 5710;
    private Optional<String> publicHost = Optional.empty();
    private List<HostPort> members = List.of();
    private Optional<String> dnsName = Optional.empty();
    private Optional<String> zone = Optional.empty();
    private String region = "local";
    private int backups;
    private int membersExpected;
    private Optional<Integer> initialMembers = Optional.empty();
    private int partitions = 271;
    private Duration heartbeatInterval = Duration.ofSeconds(1);
    private Duration heartbeatTimeout = Duration.ofSeconds(5);
    private Duration backupTimeout = Duration.ofMillis(500);
    private Duration callTimeout = Duration.ofSeconds(5);
    private Duration mergeDelay = Duration.ofSeconds(3);
    private Duration holdDown;
    private Duration leaveWait = Duration.ofSeconds(60);
    private Optional<Path> stateDir = Optional.empty();
    private boolean strict;
    private boolean gateway;

    ClusterSettingsBuilder(Profile profile, String nodeName) {
        this.profile = profile;
        this.nodeName = nodeName;
        var dev = profile == Profile.DEV;
        bindHost = dev ? "127.0.0.1" : "0.0.0.0";
        backups = dev ? 1 : 2;
        membersExpected = dev ? 1 : 3;
        holdDown = dev ? Duration.ofSeconds(10) : Duration.ofMinutes(2);
    }

    public ClusterSettings build() {
        // A majority of the usual size: two halves that start apart cannot both reach it.
        int enough = initialMembers.orElse(membersExpected / 2 + 1);
        return new ClusterSettings(
                profile,
                new ClusterSettings.Node(nodeName, clusterName, publicUrl),
                new ClusterSettings.Network(bindHost, memberPort, busPort, publicHost),
                new ClusterSettings.Join(members, dnsName),
                new ClusterSettings.Place(zone, region),
                new ClusterSettings.Redundancy(backups, membersExpected, enough, partitions),
                new ClusterSettings.Detection(
                        heartbeatInterval,
                        heartbeatTimeout,
                        backupTimeout,
                        callTimeout,
                        mergeDelay,
                        holdDown,
                        leaveWait),
                stateDir,
                strict,
                gateway);
    }

    public ClusterSettingsBuilder clusterName(String value) {
        clusterName = value;
        return this;
    }

    public ClusterSettingsBuilder publicUrl(String value) {
        publicUrl = value;
        return this;
    }

    public ClusterSettingsBuilder bindHost(String value) {
        bindHost = value;
        return this;
    }

    public ClusterSettingsBuilder memberPort(int value) {
        memberPort = value;
        return this;
    }

    public ClusterSettingsBuilder busPort(int value) {
        busPort = value;
        return this;
    }

    public ClusterSettingsBuilder publicHost(String value) {
        publicHost = Optional.of(value);
        return this;
    }

    public ClusterSettingsBuilder join(List<HostPort> value) {
        members = value;
        return this;
    }

    public ClusterSettingsBuilder dnsName(String value) {
        dnsName = Optional.of(value);
        return this;
    }

    public ClusterSettingsBuilder zone(String value) {
        zone = Optional.of(value);
        return this;
    }

    public ClusterSettingsBuilder region(String value) {
        region = value;
        return this;
    }

    public ClusterSettingsBuilder backups(int value) {
        backups = value;
        return this;
    }

    public ClusterSettingsBuilder membersExpected(int value) {
        membersExpected = value;
        return this;
    }

    /** Default: a majority of the expected members. */
    public ClusterSettingsBuilder initialMembers(int value) {
        initialMembers = Optional.of(value);
        return this;
    }

    public ClusterSettingsBuilder partitions(int value) {
        partitions = value;
        return this;
    }

    public ClusterSettingsBuilder heartbeat(Duration interval, Duration timeout) {
        heartbeatInterval = interval;
        heartbeatTimeout = timeout;
        return this;
    }

    public ClusterSettingsBuilder backupTimeout(Duration value) {
        backupTimeout = value;
        return this;
    }

    public ClusterSettingsBuilder callTimeout(Duration value) {
        callTimeout = value;
        return this;
    }

    public ClusterSettingsBuilder mergeDelay(Duration value) {
        mergeDelay = value;
        return this;
    }

    public ClusterSettingsBuilder holdDown(Duration value) {
        holdDown = value;
        return this;
    }

    public ClusterSettingsBuilder leaveWait(Duration value) {
        leaveWait = value;
        return this;
    }

    public ClusterSettingsBuilder stateDir(Path value) {
        stateDir = Optional.of(value);
        return this;
    }

    public ClusterSettingsBuilder strict(boolean value) {
        strict = value;
        return this;
    }

    public ClusterSettingsBuilder gateway(boolean value) {
        gateway = value;
        return this;
    }
}
