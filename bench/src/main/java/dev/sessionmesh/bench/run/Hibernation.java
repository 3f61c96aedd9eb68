package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Benchmark;
import dev.sessionmesh.bench.Figure;
import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.Results;
import dev.sessionmesh.bench.Target;
import dev.sessionmesh.bench.lab.Cluster;
import dev.sessionmesh.bench.lab.Processors;
import dev.sessionmesh.bench.lab.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What the memory gets back from sessions that sleep, what they take in Redis, and what very many of them cost a node that has none of them in memory. */
final class Hibernation implements Benchmark {
    private static final int NODES = 3;
    private static final int AWAKE = 6_000;
    private static final int AWAKE_TOKENS = 200;
    private static final int HEAP_MEGABYTES = 700;
    /** Long enough to make all of them, and to look at the heap, before the first one goes. */
    private static final int AWAKE_SECONDS = 60;

    private static final int FEW = 1_000;
    private static final int MANY = 100_000;
    private static final int MANY_TOKENS = 50;
    private static final int SMALL_HEAP_MEGABYTES = 256;
    /** Made at a time; and more are not made while so many are awake, as a small node has no room for them. */
    private static final int BATCH = 500;

    private static final int AWAKE_MOST = 10_000;
    private static final int LOOKED_AT = 200;

    private static final int TOKEN_BYTES = 20;
    /** Before and after the tokens come input, turn, in_progress, and completed. */
    private static final int AROUND = 4;

    private static final long MILLION = 1_000_000;
    private static final Duration WITHIN = Duration.ofMinutes(4);
    /** A node knows a session that ran for some seconds more: of those that were made last that would be thousands. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(20);

    private static final double GIVEN_BACK_PERCENT = 90;
    private static final double AS_FEW = 1.1;
    private static final double REDIS_KILOBYTES = 4;

    @Override
    public String name() {
        return "hibernate";
    }

    @Override
    public String question() {
        return "heap that sleeping sessions give back, their bytes in Redis, and the heap of a small node with " + MANY
                + " of them";
    }

    @Override
    public void run(Plan plan, Results results) {
        double awakeKilobytes = givenBack(plan, results);
        Many many = many(plan, results);
        million(awakeKilobytes, many, results);
    }

    private static List<String> nodes(RedisServer redis, int idleSeconds, Plan plan) {
        return List.of(
                "--archive-redis",
                redis.url(),
                "--archive-idle",
                Integer.toString(idleSeconds),
                "--tenant-limits",
                limits(plan.logs()).toString());
    }

    /** A tenant may make more sessions here than anybody may by default. */
    private static Path limits(Path directory) {
        Path file = directory.resolve("limits.json");
        int any = 1_000_000;
        try {
            Files.writeString(
                    file,
                    "{\"tenants\": {\"*\": {\"sessionsPerSecond\": " + any + ", \"requestsPerSecond\": " + any
                            + ", \"commandsPerSecond\": " + any + "}}}");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return file;
    }

    /** Kilobytes that a session takes awake, all copies. */
    private static double givenBack(Plan plan, Results results) {
        try (RedisServer redis = RedisServer.start(plan.logs());
                Cluster cluster = Cluster.start(
                        NODES, 1, Processors.ALL, HEAP_MEGABYTES, plan.logs(), nodes(redis, AWAKE_SECONDS, plan))) {
            Sleepers sleepers = new Sleepers(cluster);
            // What is only built once is built for these.
            List<String> first = Crowd.names("first", FEW);
            write(cluster, sleepers, first, AWAKE_TOKENS);
            sleepers.awaitSlept(FEW, WITHIN);
            long without = cluster.liveHeapBytes();
            write(cluster, sleepers, Crowd.names("idle", AWAKE), AWAKE_TOKENS);
            long awake = cluster.liveHeapBytes();
            if (sleepers.slept() > FEW) {
                throw new IllegalStateException("sessions slept before they were measured: this machine is too slow");
            }
            sleepers.awaitSlept(FEW + AWAKE, WITHIN);
            long asleep = cluster.liveHeapBytes();
            String what = "heap of three nodes, " + AWAKE + " sessions of " + AWAKE_TOKENS + " tokens ";
            double perSession = (awake - without) / 1024.0 / AWAKE;
            results.figure("heap of three nodes before", megabytes(without), "MB");
            results.figure(what + "awake", megabytes(awake), "MB");
            results.figure(what + "asleep", megabytes(asleep), "MB");
            results.figure("heap per session awake, both copies", perSession, "KB");
            results.figure(
                    "given back",
                    100.0 * (awake - asleep) / (awake - without),
                    "%",
                    Target.atLeast(GIVEN_BACK_PERCENT));
            return perSession;
        }
    }

    private static void write(Cluster cluster, Sleepers sleepers, List<String> sessions, int tokens) {
        long archived = sleepers.archived();
        cluster.createSessions(sessions);
        cluster.say(sessions, tokens, TOKEN_BYTES);
        sleepers.awaitArchived(archived + (long) sessions.size() * (tokens + AROUND), WITHIN);
    }

    /**
     * A small node with very many sessions that sleep.
     *
     * @param heap live, in bytes
     * @param redisBytes of each session
     * @param perSecond made and put away
     */
    private record Many(long heap, double redisBytes, double perSecond) {}

    private static Many many(Plan plan, Results results) {
        try (RedisServer redis = RedisServer.start(plan.logs());
                Cluster cluster =
                        Cluster.start(1, 0, Processors.ALL, SMALL_HEAP_MEGABYTES, plan.logs(), nodes(redis, 1, plan))) {
            Sleepers sleepers = new Sleepers(cluster);
            make(cluster, sleepers, 0, FEW);
            Plan.pass(FORGOTTEN);
            long heapOfFew = cluster.liveHeapBytes();
            long redisOfFew = redis.usedBytes();
            long begun = System.nanoTime();
            make(cluster, sleepers, FEW, MANY);
            double seconds = (System.nanoTime() - begun) / 1e9;
            Plan.pass(FORGOTTEN);
            long heap = cluster.liveHeapBytes();
            double redisBytes = (double) (redis.usedBytes() - redisOfFew) / (MANY - FEW);
            double perSecond = (MANY - FEW) / seconds;
            results.note("one node with " + SMALL_HEAP_MEGABYTES + " MB of heap; a session has a turn of " + MANY_TOKENS
                    + " tokens of " + TOKEN_BYTES + " bytes");
            results.figure("sessions made, run and put away", perSecond, "/s");
            results.note("for " + MANY + " sessions that took " + Math.round(seconds) + " s");
            results.figure("heap with " + FEW + " asleep", megabytes(heapOfFew), "MB");
            results.figure("heap with " + MANY + " asleep", megabytes(heap), "MB");
            results.figure(
                    "heap, " + MANY + " / " + FEW + " asleep", (double) heap / heapOfFew, "x", Target.atMost(AS_FEW));
            results.figure("Redis per sleeping session", redisBytes / 1024, "KB", Target.atMost(REDIS_KILOBYTES));
            String key = "sessionmesh:{default/" + name(MANY / 2) + "}";
            results.note("of which its mark takes " + redis.bytesOf(key) + " bytes, its snapshot "
                    + redis.bytesOf(key + ":snapshot") + ", its log " + redis.bytesOf(key + ":log")
                    + "; the rest is its row, its places in lists, and Redis' own tables");
            look(cluster, sleepers, results);
            return new Many(heap, redisBytes, perSecond);
        }
    }

    private static String name(int number) {
        return "many" + number;
    }

    /** Makes sessions, has each say something, and waits until all of them sleep. */
    private static void make(Cluster cluster, Sleepers sleepers, int from, int to) {
        for (int made = from; made < to; made += BATCH) {
            List<String> sessions = Crowd.names("many", made, made + BATCH);
            sleepers.awaitAsleep(Math.max(0, made + BATCH - AWAKE_MOST), WITHIN);
            cluster.createSessions(sessions);
            cluster.say(sessions, MANY_TOKENS, TOKEN_BYTES);
        }
        sleepers.awaitAsleep(to, WITHIN);
    }

    /** Some of all are there, with all that they said. */
    private static void look(Cluster cluster, Sleepers sleepers, Results results) {
        long woken = sleepers.woken();
        Histogram micros = new Histogram(3);
        for (int i = 0; i < LOOKED_AT; i++) {
            long begun = System.nanoTime();
            String said = cluster.get(cluster.url(0), "/v1/sessions/" + name(i * (MANY / LOOKED_AT)));
            micros.recordValue((System.nanoTime() - begun) / 1_000);
            if (!said.contains("\"head\":" + (MANY_TOKENS + AROUND))) {
                throw new IllegalStateException("a session came back as " + said);
            }
        }
        if (sleepers.woken() - woken != LOOKED_AT) {
            throw new IllegalStateException(
                    "of " + LOOKED_AT + " sessions that were read " + (sleepers.woken() - woken) + " had to be woken");
        }
        results.latency("one of " + MANY + " is woken and read", micros, Target.none());
    }

    private static void million(double awakeKilobytes, Many many, Results results) {
        double gigabytes = 1L << 30;
        results.figure("a million asleep: Redis", many.redisBytes * MILLION / gigabytes, "GB");
        results.figure("a million asleep: live heap of three such nodes", NODES * megabytes(many.heap), "MB");
        results.figure("a million awake: heap for two copies", awakeKilobytes * 1024 * MILLION / gigabytes, "GB");
        results.note("arithmetic: a million times what one takes in Redis; a node's heap is as with " + MANY
                + ", as none of them is in it; put away by three nodes at " + Figure.number(many.perSecond)
                + "/s each, a million take " + Math.round(MILLION / many.perSecond / NODES / 60) + " minutes");
    }

    private static double megabytes(long bytes) {
        return bytes / 1024.0 / 1024;
    }
}
