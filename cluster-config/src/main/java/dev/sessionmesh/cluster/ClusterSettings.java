package dev.sessionmesh.cluster;

import dev.sessionmesh.cluster.agreement.View;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything a node is told about its cluster. Each bound is checked here, each default is in {@link ClusterSettingsBuilder};
 * {@link SelfCheck} judges whether the values make sense together.
 *
 * @param stateDir where the last agreed membership survives a restart; a small volume
 * @param strict hold acknowledgements while fewer copies than configured exist, or no majority was heard within one heartbeat
 * @param gateway hold no sessions: serve clients only, and come and go without changing where sessions are
 */
public record ClusterSettings(
        Profile profile,
        Node node,
        Network network,
        Join join,
        Place place,
        Redundancy redundancy,
        Detection detection,
        Optional<Path> stateDir,
        boolean strict,
        boolean gateway) {

    /**
     * @param name unique in the cluster, and the same after a restart: quorum counts names
     * @param cluster only nodes of one cluster name form a cluster
     * @param publicUrl where clients reach this node's HTTP server; empty when they need not
     */
    public record Node(String name, String cluster, String publicUrl) {
        public Node {
            Bounds.name("node name", name);
            Bounds.name("cluster name", cluster);
            if (publicUrl.length() > 512) {
                throw new IllegalArgumentException("public URL is longer than 512 characters");
            }
        }
    }

    /**
     * @param bindHost the address that the member and bus ports listen on
     * @param memberPort 0 takes any free port
     * @param busPort 0 takes any free port
     * @param publicHost what other nodes connect to, where it is not {@code bindHost}
     */
    public record Network(String bindHost, int memberPort, int busPort, Optional<String> publicHost) {
        public Network {
            Bounds.text("bind host", bindHost, 253);
            Bounds.within("member port", memberPort, 0, Bounds.PORT_MAX);
            Bounds.within("bus port", busPort, 0, Bounds.PORT_MAX);
            publicHost.ifPresent(host -> Bounds.text("public host", host, 253));
        }
    }

    /**
     * @param members peers to ask; without any, and without a DNS name, the node is a cluster of its own
     * @param dnsName a name whose addresses are the nodes, all on {@link Network#memberPort}
     */
    public record Join(List<HostPort> members, Optional<String> dnsName) {
        public static final int MEMBERS_MAX = 64;

        public Join {
            members = List.copyOf(members);
            Bounds.within("number of join addresses", members.size(), 0, MEMBERS_MAX);
            dnsName.ifPresent(name -> Bounds.text("DNS name", name, 253));
            if (!members.isEmpty() && dnsName.isPresent()) {
                throw new IllegalArgumentException("join addresses and a DNS name exclude each other");
            }
        }

        public boolean alone() {
            return members.isEmpty() && dnsName.isEmpty();
        }
    }

    /**
     * @param zone copies of one session are kept in different zones, when every node has one
     * @param region goes into what the node writes; nodes of one cluster share it
     */
    public record Place(Optional<String> zone, String region) {
        public Place {
            zone.ifPresent(name -> Bounds.name("zone", name));
            Bounds.name("region", region);
        }
    }

    /**
     * @param backups synchronous copies beside the primary
     * @param membersExpected the cluster's usual size; what the self-check judges by
     * @param initialMembers nodes that must be present before a new cluster takes its first write
     * @param partitions the same on every node, for the life of the cluster
     */
    public record Redundancy(int backups, int membersExpected, int initialMembers, int partitions) {
        /** Hazelcast's limit. */
        public static final int BACKUPS_MAX = 6;

        public Redundancy {
            Bounds.within("backups", backups, 0, BACKUPS_MAX);
            Bounds.within("expected members", membersExpected, 1, View.NAMES_MAX);
            Bounds.within("initial members", initialMembers, 1, membersExpected);
            Bounds.within("partitions", partitions, 1, 10_007);
        }
    }

    /**
     * How soon trouble is noticed. Shorter is faster and evicts live nodes that pause: garbage collection, CPU limits and
     * the host's own pauses must stay well under {@code heartbeatTimeout}.
     *
     * @param heartbeatTimeout a silent node is out after this
     * @param backupTimeout how long a write waits for a copy before its outcome counts as unknown and is tried again;
     *     also the gap that a crash adds
     * @param callTimeout how long one try of an operation may take; one that is lost on its way, as to a member that can't be
     *     reached, fails after twice of it
     * @param mergeDelay how often a node looks for the other half of a split cluster
     * @param holdDown how long a crashed node keeps its vote, so that a restart changes nothing
     * @param leaveWait how long an orderly stop waits for its data to be handed over
     */
    public record Detection(
            Duration heartbeatInterval,
            Duration heartbeatTimeout,
            Duration backupTimeout,
            Duration callTimeout,
            Duration mergeDelay,
            Duration holdDown,
            Duration leaveWait) {
        public Detection {
            var second = Duration.ofSeconds(1);
            Bounds.within("heartbeat interval", heartbeatInterval, second, Duration.ofSeconds(30));
            Bounds.within("heartbeat timeout", heartbeatTimeout, second, Duration.ofMinutes(5));
            Bounds.within("backup timeout", backupTimeout, Duration.ofMillis(100), Duration.ofSeconds(30));
            Bounds.within("call timeout", callTimeout, second, Duration.ofMinutes(2));
            Bounds.within("merge delay", mergeDelay, second, Duration.ofMinutes(10));
            Bounds.within("hold-down", holdDown, second, Duration.ofHours(1));
            Bounds.within("leave wait", leaveWait, second, Duration.ofMinutes(10));
        }
    }

    /** The defaults of a profile, to be changed and built. */
    public static ClusterSettingsBuilder of(Profile profile, String nodeName) {
        return new ClusterSettingsBuilder(profile, nodeName);
    }
}
