package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DnsDiscoveryIT {

    @Test
    void nodes_of_one_name_form_a_cluster_and_keep_copies_in_different_zones() throws Exception {
        int port = freePort();
        var hosts = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
        var nodes = new ArrayList<HazelcastInstance>();
        try {
            for (int i = 0; i < 3; i++) {
                // A node is up before the name has its address, as in a real cluster.
                int known = i;
                var asked = new AtomicInteger();
                DnsDiscovery.Lookup lookup =
                        name -> addresses(name, hosts.subList(0, known + 1), known == 0 && asked.getAndIncrement() < 2);
                var settings = ClusterSettings.of(Profile.KUBERNETES, "n" + i)
                        .clusterName("dns")
                        .bindHost(hosts.get(i))
                        .memberPort(port)
                        .dnsName("mesh.test")
                        .zone(i < 2 ? "west" : "east")
                        .partitions(31)
                        .backups(1)
                        .build();
                nodes.add(Hazelcast.newHazelcastInstance(
                        HazelcastConfigs.from(settings, HazelcastWiring.none(), lookup)));
            }
            var last = nodes.getLast();
            EmbeddedNode.await("three members", () -> nodes.stream()
                    .allMatch(node -> node.getCluster().getMembers().size() == 3));
            var zones = last.getCluster().getMembers().stream()
                    .map(member -> member.getAttribute("hazelcast.partition.group.zone"))
                    .sorted()
                    .toList();
            assertEquals(List.of("east", "west", "west"), zones);
            last.getMap(MeshNames.SESSIONS).set("k", "v");
            EmbeddedNode.await("safe", () -> last.getPartitionService().isClusterSafe());
            var replicas = Replicas.of(
                    last,
                    ClusterSettings.of(Profile.KUBERNETES, "n2").backups(1).build());
            EmbeddedNode.await("backups", () -> replicas.degraded() == 0);
            for (var partition : last.getPartitionService().getPartitions()) {
                var owner = partition.getOwner();
                assertNotNull(owner);
                var backup = last.getCluster().getMembers().stream()
                        .filter(member -> !member.equals(owner) && replicas.isOn(member, partition.getPartitionId()))
                        .findFirst()
                        .orElseThrow();
                assertNotEquals(
                        owner.getAttribute(MeshNames.ATTRIBUTE_ZONE), backup.getAttribute(MeshNames.ATTRIBUTE_ZONE));
            }
        } finally {
            nodes.forEach(node -> node.getLifecycleService().terminate());
        }
    }

    private static InetAddress[] addresses(String name, List<String> hosts, boolean none) throws UnknownHostException {
        assertEquals("mesh.test", name);
        if (none) {
            throw new UnknownHostException(name);
        }
        var addresses = new InetAddress[hosts.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = InetAddress.getByName(hosts.get(i));
        }
        return addresses;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
