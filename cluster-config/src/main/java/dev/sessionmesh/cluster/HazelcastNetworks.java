package dev.sessionmesh.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.DiscoveryStrategyConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;

/** Where a member listens and how it finds the others: never by multicast, never by guessing its surroundings. */
final class HazelcastNetworks {
    /** A headless service has its pods' addresses a second or two after they have them. */
    private static final Duration DNS_PATIENCE = Duration.ofSeconds(20);

    private HazelcastNetworks() {}

    static void configure(Config config, ClusterSettings settings, DnsDiscovery.Lookup lookup) {
        var network = settings.network();
        var hazelcast = config.getNetworkConfig();
        hazelcast.setPort(network.memberPort()).setPortAutoIncrement(false).setReuseAddress(true);
        var bind = resolve(network.bindHost());
        if (!bind.isAnyLocalAddress()) {
            config.setProperty("hazelcast.socket.bind.any", "false");
            // Not an interface pattern: those match only addresses that the system lists, so of 127.0.0.0/8 only one.
            config.setProperty("hazelcast.local.localAddress", bind.getHostAddress());
        }
        if (network.memberPort() != 0) {
            network.publicHost()
                    .ifPresent(host -> hazelcast.setPublicAddress(new HostPort(host, network.memberPort()).toString()));
        }
        var join = hazelcast.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(settings.join().dnsName().isEmpty());
        settings.join().members().forEach(peer -> join.getTcpIpConfig().addMember(peer.toString()));
        settings.join().dnsName().ifPresent(name -> {
            config.setProperty("hazelcast.discovery.enabled", "true");
            join.getDiscoveryConfig()
                    .addDiscoveryStrategyConfig(new DiscoveryStrategyConfig(
                            new DnsDiscovery.Factory(name, network.memberPort(), lookup, DNS_PATIENCE), Map.of()));
        });
    }

    private static InetAddress resolve(String bindHost) {
        try {
            return InetAddress.getByName(bindHost);
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException("bind host cannot be resolved: " + bindHost, unknown);
        }
    }
}
