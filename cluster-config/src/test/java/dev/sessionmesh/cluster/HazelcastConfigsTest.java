package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.PartitionGroupConfig.MemberGroupType;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperties;
import com.hazelcast.spi.properties.HazelcastProperty;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HazelcastConfigsTest {
    private static final HazelcastWiring WIRING =
            new HazelcastWiring("dev.sessionmesh.SomeMergePolicy", Map.of(), Map.of("k", "v"), 4);

    private static ClusterSettingsBuilder lan() {
        return ClusterSettings.of(Profile.LAN, "n1").bindHost("127.0.0.1");
    }

    @Test
    void the_maps_have_the_copies_and_formats_that_the_store_relies_on() {
        var config = HazelcastConfigs.from(lan().backups(2).build(), WIRING);
        var sessions = config.getMapConfig(MeshNames.SESSIONS);
        assertEquals(InMemoryFormat.OBJECT, sessions.getInMemoryFormat());
        assertEquals(2, sessions.getBackupCount());
        assertEquals(0, sessions.getAsyncBackupCount());
        assertFalse(sessions.isStatisticsEnabled());
        assertEquals(
                "dev.sessionmesh.SomeMergePolicy",
                sessions.getMergePolicyConfig().getPolicy());
        assertEquals(
                InMemoryFormat.BINARY, config.getMapConfig(MeshNames.CHUNKS).getInMemoryFormat());
        assertEquals(2, config.getMapConfig(MeshNames.BLOBS).getBackupCount());
        assertEquals(6, config.getMapConfig(MeshNames.META).getBackupCount());
        assertEquals(2, config.getMultiMapConfig("__vertx.subs").getBackupCount());
        assertEquals("v", config.getUserContext().get("k"));
    }

    @Test
    void every_property_is_one_that_hazelcast_knows() throws IllegalAccessException {
        var known = new HashSet<>(List.of("hazelcast.local.localAddress")); // read by the address picker itself
        for (var field : ClusterProperty.class.getFields()) {
            if (field.get(null) instanceof HazelcastProperty property) {
                known.add(property.getName());
            }
        }
        var config = HazelcastConfigs.from(lan().dnsName("localhost").build(), WIRING);
        for (var name : config.getProperties().stringPropertyNames()) {
            assertTrue(known.contains(name), name);
        }
    }

    @Test
    void times_reach_hazelcast_in_its_units() {
        var config = HazelcastConfigs.from(
                lan().heartbeat(Duration.ofSeconds(2), Duration.ofSeconds(9))
                        .backupTimeout(Duration.ofMillis(700))
                        .build(),
                WIRING);
        var properties = new HazelcastProperties(config.getProperties());
        assertEquals(2, properties.getSeconds(ClusterProperty.HEARTBEAT_INTERVAL_SECONDS));
        assertEquals(9, properties.getSeconds(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS));
        assertEquals(700, properties.getMillis(ClusterProperty.OPERATION_BACKUP_TIMEOUT_MILLIS));
        assertTrue(properties.getBoolean(ClusterProperty.FAIL_ON_INDETERMINATE_OPERATION_STATE));
    }

    @Test
    void nodes_are_found_by_address_or_by_name_and_never_by_guessing() {
        var byAddress = HazelcastConfigs.from(
                        lan().join(List.of(new HostPort("10.0.0.1", 5701))).build(), WIRING)
                .getNetworkConfig()
                .getJoin();
        assertFalse(byAddress.getMulticastConfig().isEnabled());
        assertFalse(byAddress.getAutoDetectionConfig().isEnabled());
        assertEquals(List.of("10.0.0.1:5701"), byAddress.getTcpIpConfig().getMembers());

        var byName = HazelcastConfigs.from(lan().dnsName("mesh").build(), WIRING)
                .getNetworkConfig()
                .getJoin();
        assertFalse(byName.getTcpIpConfig().isEnabled());
        assertEquals(
                1, byName.getDiscoveryConfig().getDiscoveryStrategyConfigs().size());
    }

    @Test
    void zones_place_the_copies() {
        var config = HazelcastConfigs.from(lan().zone("z1").build(), WIRING);
        assertEquals(
                MemberGroupType.ZONE_AWARE, config.getPartitionGroupConfig().getGroupType());
        assertEquals("z1", config.getMemberAttributeConfig().getAttribute("hazelcast.partition.group.zone"));
        assertEquals("4", config.getMemberAttributeConfig().getAttribute(MeshNames.ATTRIBUTE_FORMAT));
        assertFalse(HazelcastConfigs.from(lan().build(), WIRING)
                .getPartitionGroupConfig()
                .isEnabled());
    }

    @Test
    void our_own_serializer_id_is_not_to_be_had() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new HazelcastWiring("p", Map.of(HazelcastWiring.VIEW_FACTORY_ID, id -> null), Map.of(), 1));
    }
}
