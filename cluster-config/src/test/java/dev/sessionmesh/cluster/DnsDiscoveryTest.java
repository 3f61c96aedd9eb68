package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.cluster.Address;
import com.hazelcast.logging.Logger;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class DnsDiscoveryTest {
    private final AtomicInteger asked = new AtomicInteger();

    /** Asks a name that has no address for so many times. */
    private List<String> found(int unknown, Duration patience) throws Exception {
        DnsDiscovery.Lookup lookup = name -> {
            if (asked.getAndIncrement() < unknown) {
                throw new UnknownHostException(name);
            }
            return new InetAddress[] {InetAddress.ofLiteral("127.0.0.9")};
        };
        var strategy = new DnsDiscovery.Factory("mesh.test", 5701, lookup, patience)
                .newDiscoveryStrategy(
                        new SimpleDiscoveryNode(new Address("127.0.0.1", 1)),
                        Logger.getLogger(DnsDiscovery.class),
                        Map.of());
        var addresses = new ArrayList<String>();
        for (DiscoveryNode node : strategy.discoverNodes()) {
            addresses.add(node.getPrivateAddress().getHost() + ":"
                    + node.getPrivateAddress().getPort());
        }
        return addresses;
    }

    @Test
    void a_node_that_starts_waits_for_the_name_to_have_addresses() throws Exception {
        assertEquals(List.of("127.0.0.9:5701"), found(3, Duration.ofSeconds(15)));
        assertEquals(4, asked.get());
    }

    @Test
    void but_not_for_ever() throws Exception {
        assertEquals(List.of(), found(1_000, Duration.ofMillis(300)));
    }
}
