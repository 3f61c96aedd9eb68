package dev.sessionmesh.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MetadataPolicy;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.PartitionGroupConfig.MemberGroupType;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import com.hazelcast.spi.partitiongroup.PartitionGroupMetaData;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/** From {@link ClusterSettings} to Hazelcast's configuration. */
public final class HazelcastConfigs {
    /** On a node; they live for half a minute. */
    private static final int TICKETS_MOST = 10_000;

    private static final int MERGE_BATCH = 100;
    private static final int VIEW_QUEUE_MAX = 4_096;

    private HazelcastConfigs() {}

    public static Config from(ClusterSettings settings, HazelcastWiring wiring) {
        return from(settings, wiring, InetAddress::getAllByName);
    }

    static Config from(ClusterSettings settings, HazelcastWiring wiring, DnsDiscovery.Lookup lookup) {
        var config = new Config();
        config.setClusterName(settings.node().cluster());
        config.setInstanceName(settings.node().name() + "@" + settings.node().cluster());
        config.setLiteMember(settings.gateway());
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.setUserContext(new ConcurrentHashMap<>(wiring.userContext()));
        wiring.serializers().forEach(config.getSerializationConfig()::addDataSerializableFactory);
        config.getSerializationConfig()
                .addDataSerializableFactory(HazelcastWiring.VIEW_FACTORY_ID, ViewDelivery.FACTORY);
        attributes(config, settings, wiring);
        HazelcastNetworks.configure(config, settings, lookup);
        properties(config, settings);
        meshMaps(config, settings, wiring);
        vertxMaps(config, settings);
        config.addExecutorConfig(new ExecutorConfig(MeshNames.VIEW_EXECUTOR, 1)
                .setQueueCapacity(VIEW_QUEUE_MAX)
                .setStatisticsEnabled(false));
        return config;
    }

    private static void attributes(Config config, ClusterSettings settings, HazelcastWiring wiring) {
        var zone = settings.place().zone();
        config.getMemberAttributeConfig()
                .setAttribute(MeshNames.ATTRIBUTE_NODE, settings.node().name())
                .setAttribute(MeshNames.ATTRIBUTE_URL, settings.node().publicUrl())
                .setAttribute(MeshNames.ATTRIBUTE_ZONE, zone.orElse(""))
                .setAttribute(MeshNames.ATTRIBUTE_REGION, settings.place().region())
                .setAttribute(MeshNames.ATTRIBUTE_FORMAT, Integer.toString(wiring.formatVersion()))
                // Always there: a zone-aware member refuses to place partitions on one without it.
                .setAttribute(PartitionGroupMetaData.PARTITION_GROUP_ZONE, zone.orElse("none"));
        if (zone.isPresent()) {
            config.getPartitionGroupConfig().setEnabled(true).setGroupType(MemberGroupType.ZONE_AWARE);
        }
    }

    private static void properties(Config config, ClusterSettings settings) {
        var detection = settings.detection();
        config.setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty(
                        "hazelcast.partition.count", "" + settings.redundancy().partitions())
                // We drain first and then stop the member ourselves.
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.graceful.shutdown.max.wait", seconds(detection.leaveWait()))
                .setProperty("hazelcast.heartbeat.failuredetector.type", "deadline")
                .setProperty("hazelcast.heartbeat.interval.seconds", seconds(detection.heartbeatInterval()))
                .setProperty("hazelcast.max.no.heartbeat.seconds", seconds(detection.heartbeatTimeout()))
                // It is also the number of tries, the first five without a pause: with a handful, a survivor that
                // notices the oldest member's death a little later than the others is thrown out of the cluster.
                .setProperty("hazelcast.mastership.claim.timeout.seconds", "120")
                // Default: off. Of two members that lose each other while the oldest sees both neither would be let go,
                // and
                // what has a copy on each would stand still. The oldest acts no sooner than after the heartbeat
                // timeout.
                .setProperty("hazelcast.partial.member.disconnection.resolution.heartbeat.count", "1")
                // 1 notices a killed process in 0.2 s; with 0 a single reset connection evicts a live member.
                .setProperty("hazelcast.connection.monitor.max.faults", "1")
                .setProperty("hazelcast.socket.connect.timeout.seconds", "1")
                // Default: after 5 s a write counts as done although its backup never answered.
                .setProperty("hazelcast.operation.fail.on.indeterminate.state", "true")
                .setProperty("hazelcast.operation.backup.timeout.millis", millis(detection.backupTimeout()))
                .setProperty("hazelcast.operation.call.timeout.millis", millis(detection.callTimeout()))
                .setProperty("hazelcast.partition.backup.sync.interval", "10")
                // Default: 5 min. What two members that can't reach each other were to copy holds up all other copying,
                // and the session's writes.
                // What travels at a time has to arrive within the timeout, over slow links too.
                .setProperty("hazelcast.partition.migration.chunks.max.migrating.data.in.mb", "32")
                .setProperty(
                        "hazelcast.partition.migration.timeout",
                        seconds(detection.heartbeatTimeout().multipliedBy(4)))
                .setProperty("hazelcast.merge.first.run.delay.seconds", seconds(detection.mergeDelay()))
                .setProperty("hazelcast.merge.next.run.delay.seconds", seconds(detection.mergeDelay()))
                // A frozen peer can starve the other connections of its I/O thread: have a few.
                .setProperty("hazelcast.io.thread.count", "4")
                .setProperty(
                        "hazelcast.wait.seconds.before.join", settings.join().alone() ? "0" : "1")
                .setProperty("hazelcast.max.wait.seconds.before.join", "5")
                .setProperty("hazelcast.member.naming.moby.enabled", "false")
                .setProperty("hazelcast.health.monitoring.level", "OFF");
    }

    private static void meshMaps(Config config, ClusterSettings settings, HazelcastWiring wiring) {
        int backups = settings.redundancy().backups();
        config.addMapConfig(map(MeshNames.SESSIONS, backups, InMemoryFormat.OBJECT)
                .setMergePolicyConfig(new MergePolicyConfig(wiring.sessionMergePolicy(), MERGE_BATCH)));
        config.addMapConfig(map(MeshNames.CHUNKS, backups, InMemoryFormat.BINARY));
        config.addMapConfig(map(MeshNames.BLOBS, backups, InMemoryFormat.BINARY));
        config.addMapConfig(map(MeshNames.TICKETS, backups, InMemoryFormat.BINARY)
                .setEvictionConfig(new EvictionConfig()
                        .setEvictionPolicy(EvictionPolicy.LRU)
                        .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                        .setSize(TICKETS_MOST)));
        config.addMapConfig(map(MeshNames.REVOKED, Math.max(2, backups), InMemoryFormat.BINARY));
        config.addMapConfig(map(MeshNames.WEBHOOKS, Math.max(2, backups), InMemoryFormat.BINARY));
        config.addMapConfig(map(MeshNames.WEBHOOK_CURSORS, backups, InMemoryFormat.BINARY));
        config.addMapConfig(map(MeshNames.LOST_AND_FOUND, backups, InMemoryFormat.BINARY));
        // What the losing side of a split thought to know about the cluster is not true of the merged one.
        config.addMapConfig(map(MeshNames.META, ClusterSettings.Redundancy.BACKUPS_MAX, InMemoryFormat.BINARY)
                .setMergePolicyConfig(new MergePolicyConfig(DiscardMergePolicy.class.getName(), MERGE_BATCH)));
    }

    /**
     * The event bus keeps its subscriptions and node list here (the names are in vertx-hazelcast's default-cluster.xml).
     * They are few, as each node has one address, and must not be what a double failure loses.
     */
    private static void vertxMaps(Config config, ClusterSettings settings) {
        int backups = Math.max(2, settings.redundancy().backups());
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(backups)
                .setStatisticsEnabled(false)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(map("__vertx.haInfo", backups, InMemoryFormat.BINARY));
        config.addMapConfig(map("__vertx.nodeInfo", backups, InMemoryFormat.BINARY));
    }

    private static MapConfig map(String name, int backups, InMemoryFormat format) {
        return new MapConfig(name)
                .setInMemoryFormat(format)
                .setBackupCount(backups)
                .setAsyncBackupCount(0)
                .setReadBackupData(false)
                .setStatisticsEnabled(false)
                .setMetadataPolicy(MetadataPolicy.OFF)
                .setMergePolicyConfig(new MergePolicyConfig(PutIfAbsentMergePolicy.class.getName(), MERGE_BATCH));
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
