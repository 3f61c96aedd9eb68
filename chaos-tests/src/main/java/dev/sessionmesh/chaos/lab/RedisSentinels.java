package dev.sessionmesh.chaos.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master with a replica, and three Sentinels that agree on who is the master. */
public final class RedisSentinels implements RedisGroup {
    private static final String NAME = "archive";
    private static final int SENTINELS = 3;
    private static final int QUORUM = 2;
    private static final int DOWN_AFTER_MS = 1_000;
    private static final int FAILOVER_MS = 5_000;
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(45);

    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();

    private RedisSentinels() {}

    /** Whole when this returns. */
    public static RedisSentinels start(Path dir) {
        RedisSentinels group = new RedisSentinels();
        try {
            RedisProcess master = RedisProcess.start(dir.resolve("redis1"));
            group.servers.add(master);
            group.servers.add(
                    RedisProcess.start(dir.resolve("redis2"), "--replicaof", "127.0.0.1", "" + master.port()));
            for (int i = 1; i <= SENTINELS; i++) {
                RedisProcess sentinel = RedisProcess.start(dir.resolve("sentinel" + i), "--sentinel");
                group.sentinels.add(sentinel);
                watch(sentinel, master);
            }
            group.awaitWhole();
            return group;
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    private static void watch(RedisProcess sentinel, RedisProcess master) {
        sentinel.tell("SENTINEL", "MONITOR", NAME, "127.0.0.1", master.port(), QUORUM);
        sentinel.tell("SENTINEL", "SET", NAME, "down-after-milliseconds", DOWN_AFTER_MS);
        sentinel.tell("SENTINEL", "SET", NAME, "failover-timeout", FAILOVER_MS);
    }

    @Override
    public String url() {
        return "redis-sentinel://"
                + sentinels.stream().map(RedisProcess::address).collect(Collectors.joining(",")) + "/" + NAME;
    }

    @Override
    public RedisProcess master() {
        String agreed = agreed(sentinels.getFirst());
        return servers.stream()
                .filter(server -> agreed.equals("127.0.0.1\n" + server.port()))
                .findFirst()
                .orElseThrow(() -> new LabException("the Sentinels name a master that is not of this lab: " + agreed));
    }

    private static String agreed(RedisProcess sentinel) {
        return sentinel.ask("SENTINEL", "get-master-addr-by-name", NAME);
    }

    /** All Sentinels say so, so whomever a node asks. */
    @Override
    public boolean isReplaced(RedisProcess gone) {
        return sentinels.stream().noneMatch(sentinel -> agreed(sentinel).endsWith("\n" + gone.port()))
                && servers.stream()
                        .anyMatch(server -> server != gone
                                && server.told("replication", "role").equals("master"));
    }

    @Override
    public List<RedisProcess> servers() {
        return List.copyOf(servers);
    }

    /** The Sentinels know each other and the replica, so that the next loss is noticed and healed. */
    @Override
    public void awaitWhole() {
        Waiting.until("a master with its replica", WHOLE_WITHIN, this::isWhole, this::describe);
    }

    private boolean isWhole() {
        RedisProcess master = master();
        return master.told("replication", "role").equals("master")
                && master.told("replication", "slave0").contains("state=online")
                && sentinels.stream()
                        .allMatch(sentinel -> agreed(sentinel).equals(agreed(sentinels.getFirst()))
                                && sentinel.told("sentinel", "master0").contains("status=ok,")
                                && sentinel.told("sentinel", "master0").contains("slaves=1,sentinels=" + SENTINELS));
    }

    private String describe() {
        return sentinels.stream()
                .map(sentinel -> sentinel.told("sentinel", "master0"))
                .collect(Collectors.joining("; "));
    }

    @Override
    public void close() {
        sentinels.forEach(RedisProcess::close);
        servers.forEach(RedisProcess::close);
    }
}
