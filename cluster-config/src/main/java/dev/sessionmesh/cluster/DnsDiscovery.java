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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The nodes are the addresses of one DNS name, such as a headless service's. Hazelcast has a strategy for that too, but
 * it overwrites every member's zone with {@code unknown}; this one leaves the zone that the settings gave.
 *
 * <p>Nodes that start together are up before they are in the DNS. One that took the silence for an answer would found a cluster of its
 * own, and start anew when the others are noticed; so the first question waits for an answer a while.
 */
final class DnsDiscovery extends AbstractDiscoveryStrategy {

    interface Lookup {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    /** @param patience how long a node that starts waits for the name to have addresses */
    record Factory(String name, int port, Lookup lookup, Duration patience) implements DiscoveryStrategyFactory {
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

    private static final long ASK_AGAIN_MILLIS = 250;

    private final Factory from;
    private final long patientUntil;
    private volatile boolean failing;

    @SuppressWarnings("rawtypes")
    private DnsDiscovery(ILogger logger, Map<String, Comparable> properties, Factory from) {
        super(logger, properties);
        this.from = from;
        this.patientUntil = System.nanoTime() + from.patience().toNanos();
    }

    /** Nobody, when the name has no addresses even after a while: then this node is the first, or the DNS is away. */
    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
        var nodes = addresses();
        while (nodes.isEmpty() && System.nanoTime() < patientUntil && pause()) {
            nodes = addresses();
        }
        return nodes;
    }

    private static boolean pause() {
        try {
            Thread.sleep(ASK_AGAIN_MILLIS);
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<DiscoveryNode> addresses() {
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
