package dev.sessionmesh.cluster;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.logging.ILogger;
import com.hazelcast.spi.discovery.AbstractDiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The nodes are the addresses of one DNS name, such as a headless service's. Hazelcast has a strategy for that too, but
 * it overwrites every member's zone with {@code unknown}; this one leaves the zone that the settings gave.
 */
final class DnsDiscovery extends AbstractDiscoveryStrategy {

    interface Lookup {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    record Factory(String name, int port, Lookup lookup) implements DiscoveryStrategyFactory {
        @Override
        public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
            return DnsDiscovery.class;
        }

        @Override
        @SuppressWarnings("rawtypes")
        public DiscoveryStrategy newDiscoveryStrategy(
                DiscoveryNode local, ILogger logger, Map<String, Comparable> properties) {
            return new DnsDiscovery(logger, properties, this);
        }

        @Override
        public Collection<PropertyDefinition> getConfigurationProperties() {
            return List.of();
        }
    }

    private final Factory from;
    private volatile boolean failing;

    @SuppressWarnings("rawtypes")
    private DnsDiscovery(ILogger logger, Map<String, Comparable> properties, Factory from) {
        super(logger, properties);
        this.from = from;
    }

    /** Nobody, when the name has no addresses yet: the first node of a new cluster is in that position. */
    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
        var nodes = new ArrayList<DiscoveryNode>();
        try {
            for (var address : from.lookup().addresses(from.name())) {
                nodes.add(new SimpleDiscoveryNode(new Address(address, from.port())));
            }
            failing = false;
        } catch (UnknownHostException unknown) {
            if (!failing) {
                failing = true;
                getLogger().warning("no addresses for " + from.name() + ": " + unknown.getMessage());
            }
        }
        return nodes;
    }
}
