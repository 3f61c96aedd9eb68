package dev.sessionmesh.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Judges settings before anything starts: each value may be in its bounds and the whole still unsafe. */
public final class SelfCheck {

    /** @param code stable, for documentation and tests */
    public record Finding(String code, String text) {
        @Override
        public String toString() {
            return code + ": " + text;
        }
    }

    /**
     * @param errors a node must not start with any of them
     * @param warnings what the operator should know, and does not get
     */
    public record Report(List<Finding> errors, List<Finding> warnings) {
        public Report {
            errors = List.copyOf(errors);
            warnings = List.copyOf(warnings);
        }

        public boolean refuses() {
            return !errors.isEmpty();
        }
    }

    private final ClusterSettings settings;
    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();

    private SelfCheck(ClusterSettings settings) {
        this.settings = settings;
    }

    /**
     * @param otherPorts the ports that the node opens beside the member and the bus port, by what they are for
     * @param missingFlags from {@link JvmFlags#missing()}
     */
    public static Report of(ClusterSettings settings, Map<String, Integer> otherPorts, List<String> missingFlags) {
        var check = new SelfCheck(settings);
        check.ports(otherPorts);
        check.addresses();
        check.timeouts();
        if (settings.gateway()) {
            check.gateway();
        } else {
            check.redundancy();
            check.quorum();
        }
        check.stateDirectory();
        missingFlags.forEach(flag -> check.warn(
                "jvm_flag_missing", "start the JVM with " + flag + ", or call JvmFlags.apply() first thing in main"));
        return new Report(check.errors, check.warnings);
    }

    private void ports(Map<String, Integer> otherPorts) {
        var ports = new TreeMap<>(otherPorts);
        ports.put("member port", settings.network().memberPort());
        ports.put("bus port", settings.network().busPort());
        var users = new HashMap<Integer, String>();
        ports.forEach((use, port) -> {
            var other = port == 0 ? null : users.put(port, use);
            if (other != null) {
                refuse("port_clash", other + " and " + use + " are both " + port);
            }
        });
        if (settings.join().dnsName().isPresent() && settings.network().memberPort() == 0) {
            refuse("dns_needs_port", "nodes found by DNS name share one member port; it cannot be any free one");
        }
    }

    private void addresses() {
        var kubernetes = settings.profile() == Profile.KUBERNETES;
        if (kubernetes && settings.join().dnsName().isEmpty()) {
            refuse("kubernetes_without_dns", "profile kubernetes needs the headless service's DNS name");
        }
        var network = settings.network();
        try {
            var bind = InetAddress.getByName(network.bindHost());
            if (settings.profile() == Profile.DEV && !bind.isLoopbackAddress()) {
                refuse(
                        "dev_not_loopback",
                        "profile dev has no protection and binds to loopback only, not " + network.bindHost()
                                + "; use profile lan");
            }
            if (bind.isAnyLocalAddress() && network.publicHost().isEmpty()) {
                warn(
                        "public_host_missing",
                        "bound to every address without a public host: the address that others are"
                                + " told is a guess");
            }
            if (kubernetes && bind.isLoopbackAddress()) {
                refuse("loopback_in_kubernetes", "no other pod reaches " + network.bindHost());
            }
        } catch (UnknownHostException unknown) {
            refuse("bind_host_unknown", network.bindHost() + " cannot be resolved");
        }
    }

    private void timeouts() {
        var detection = settings.detection();
        if (detection.heartbeatInterval().compareTo(detection.heartbeatTimeout()) >= 0) {
            refuse("heartbeat_order", "the heartbeat timeout must be longer than the interval");
        } else if (detection.heartbeatInterval().multipliedBy(3).compareTo(detection.heartbeatTimeout()) > 0) {
            warn("heartbeat_tight", "fewer than three heartbeats fit into the timeout: one late one evicts a node");
        }
        if (detection.backupTimeout().compareTo(detection.callTimeout()) >= 0) {
            refuse("backup_timeout_order", "the backup timeout must be shorter than the call timeout");
        }
        if (detection.callTimeout().compareTo(detection.heartbeatTimeout()) < 0) {
            warn(
                    "call_timeout_short",
                    "calls give up before a frozen node is noticed: callers see errors that waiting"
                            + " would have spared them");
        }
        if (detection.holdDown().compareTo(detection.heartbeatTimeout()) < 0) {
            warn("hold_down_short", "a node that restarts will often find that the majority was formed without it");
        }
    }

    private void gateway() {
        if (settings.join().alone()) {
            refuse(
                    "gateway_alone",
                    "a gateway holds no sessions and needs nodes that do: name them, or their DNS name");
        }
    }

    private void redundancy() {
        int backups = settings.redundancy().backups();
        int members = settings.redundancy().membersExpected();
        if (settings.strict() && backups == 0) {
            refuse("strict_without_backups", "strict mode waits for copies, and there are none to wait for");
        }
        if (settings.profile() == Profile.DEV) {
            return;
        }
        if (backups >= members) {
            refuse(
                    "backups_exceed_members",
                    backups + " backups and a primary need " + (backups + 1) + " nodes, and " + members
                            + " are expected");
        }
        if (backups == 0) {
            warn("no_backups", "every crash loses acknowledged events");
        }
        if (backups > 0 && settings.place().zone().isEmpty() && backups < (members - 1) / 2) {
            warn(
                    "minority_loses_data",
                    "with " + members + " nodes a minority of " + (members - 1) / 2
                            + " may be cut off, and " + backups
                            + " backups do not cover that: sessions would be unavailable"
                            + " until it returns");
        }
        if (settings.place().zone().isPresent() && backups >= 2) {
            warn(
                    "zones_needed",
                    "copies go to different zones: " + backups + " backups need " + (backups + 1)
                            + " zones; with fewer, fewer copies are kept");
        }
    }

    private void quorum() {
        int members = settings.redundancy().membersExpected();
        if (members == 2) {
            warn("two_nodes", "a cluster of two is not highly available: either one's crash stops all writes");
        }
        if (settings.redundancy().initialMembers() <= members / 2) {
            warn(
                    "initial_members_low",
                    "two halves that start without seeing each other both found a cluster; use " + (members / 2 + 1)
                            + " or more initial members");
        }
        if (settings.profile() != Profile.DEV && settings.stateDir().isEmpty()) {
            warn(
                    "no_state_dir",
                    "a restarted node forgets how it voted, and a cold start waits for "
                            + settings.redundancy().initialMembers() + " nodes");
        }
    }

    private void stateDirectory() {
        settings.stateDir().ifPresent(directory -> {
            var existing = directory.toAbsolutePath();
            while (existing != null && !Files.exists(existing)) {
                existing = existing.getParent();
            }
            if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
                refuse("state_dir_unusable", directory + " cannot be written");
            }
        });
    }

    private void refuse(String code, String text) {
        errors.add(new Finding(code, text));
    }

    private void warn(String code, String text) {
        warnings.add(new Finding(code, text));
    }
}
