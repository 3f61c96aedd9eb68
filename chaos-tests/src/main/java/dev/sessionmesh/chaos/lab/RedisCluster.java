package dev.sessionmesh.chaos.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Redis Cluster of three masters, each with a replica. */
public final class RedisCluster implements RedisGroup {
    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final int TIMEOUT_MS = 2_000;
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(45);

    private final List<RedisProcess> servers = new ArrayList<>();

    private RedisCluster() {}

    /** Whole when this returns. */
    public static RedisCluster start(Path dir) {
        RedisCluster cluster = new RedisCluster();
        try {
            for (int i = 1; i <= 2 * MASTERS; i++) {
                cluster.servers.add(RedisProcess.start(
                        dir.resolve("redis" + i),
                        "--cluster-enabled",
                        "yes",
                        "--cluster-node-timeout",
                        "" + TIMEOUT_MS));
            }
            cluster.join();
            cluster.awaitWhole();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void join() {
        RedisProcess first = servers.getFirst();
        servers.forEach(server -> server.tell("CLUSTER", "MEET", "127.0.0.1", first.port()));
        Waiting.until(
                "the servers of a Cluster to know each other",
                WHOLE_WITHIN,
                () -> servers.stream()
                        .allMatch(
                                server -> server.ask("CLUSTER", "NODES").lines().count() == servers.size()),
                () -> first.ask("CLUSTER", "NODES"));
        for (int i = 0; i < MASTERS; i++) {
            servers.get(i).tell(slotsOf(i));
            String id = servers.get(i).ask("CLUSTER", "MYID");
            servers.get(MASTERS + i).tell("CLUSTER", "REPLICATE", id);
        }
    }

    private static Object[] slotsOf(int master) {
        return Stream.concat(
                        Stream.of("CLUSTER", "ADDSLOTS"),
                        IntStream.range(master * SLOTS / MASTERS, (master + 1) * SLOTS / MASTERS)
                                .mapToObj(String::valueOf))
                .toArray();
    }

    @Override
    public String url() {
        return "redis-cluster://" + servers.stream().map(RedisProcess::address).collect(Collectors.joining(","));
    }

    @Override
    public RedisProcess master() {
        return servers.stream()
                .filter(RedisCluster::isFollowed)
                .findFirst()
                .orElseThrow(() -> new LabException("no master of the Cluster has a replica"));
    }

    private static boolean isFollowed(RedisProcess server) {
        return server.told("replication", "role").equals("master")
                && server.told("replication", "slave0").contains("state=online");
    }

    @Override
    public boolean isReplaced(RedisProcess gone) {
        return servers.stream()
                        .filter(server -> server != gone)
                        .filter(server -> server.told("replication", "role").equals("master"))
                        .count()
                == MASTERS;
    }

    @Override
    public List<RedisProcess> servers() {
        return List.copyOf(servers);
    }

    @Override
    public void awaitWhole() {
        Waiting.until(
                "a Cluster of " + MASTERS + " masters, each with a replica",
                WHOLE_WITHIN,
                () -> servers.stream().allMatch(RedisCluster::isSettled)
                        && servers.stream().filter(RedisCluster::isFollowed).count() == MASTERS,
                () -> servers.getFirst().ask("CLUSTER", "NODES"));
    }

    private static boolean isSettled(RedisProcess server) {
        return server.answers() && server.ask("CLUSTER", "INFO").contains("cluster_state:ok");
    }

    @Override
    public void close() {
        servers.forEach(RedisProcess::close);
    }
}
