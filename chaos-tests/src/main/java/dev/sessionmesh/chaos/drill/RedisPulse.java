package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.RedisProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** How many commands per second some Redis servers execute, looked at from beside. */
final class RedisPulse implements AutoCloseable {
    private static final String NO_STORM =
            "the archive is not stormed, neither while it refuses nor when it is well again";
    private static final Duration EVERY = Duration.ofSeconds(1);
    /** Who is refused asks hardly more often than one who is heard. */
    static final int REFUSED = 2;
    /** When it is well again, whatever was missed is written besides what goes on. */
    static final int CATCHING_UP = 3;

    private final List<RedisProcess> servers;
    private final Map<RedisProcess, Long> executed = new HashMap<>();
    private final Thread looks =
            Thread.ofPlatform().daemon().name("redis-pulse").unstarted(this::look);
    private long atNs = System.nanoTime();
    private long peak;
    private volatile boolean over;

    private RedisPulse(List<RedisProcess> servers) {
        this.servers = List.copyOf(servers);
    }

    static RedisPulse of(List<RedisProcess> servers) {
        RedisPulse pulse = new RedisPulse(servers);
        pulse.looks.start();
        return pulse;
    }

    private void look() {
        while (!over) {
            beat();
            LockSupport.parkNanos(EVERY.toNanos());
        }
    }

    private void beat() {
        long more = 0;
        for (RedisProcess server : servers) {
            String told = server.told("stats", "total_commands_processed");
            if (!told.isEmpty()) {
                long now = Long.parseLong(told);
                long before = executed.getOrDefault(server, now);
                // One that was started anew counts from the beginning.
                more += now >= before ? now - before : now;
                executed.put(server, now);
            }
        }
        long nowNs = System.nanoTime();
        rate(more * EVERY.toNanos() / Math.max(1, nowNs - atNs));
        atNs = nowNs;
    }

    private synchronized void rate(long perSecond) {
        peak = Math.max(peak, perSecond);
    }

    /** The most in a second since this was asked last. */
    synchronized long peak() {
        long most = peak;
        peak = 0;
        return most;
    }

    /**
     * Holds the most since it was asked last against what calm load makes.
     *
     * @param calm commands in the busiest second of calm load
     * @param times how often as many are all right
     */
    void judge(Arena arena, long calm, int times, String when) {
        long most = peak();
        arena.notes.add(
                "commands to the archive in the busiest second: " + calm + " under calm load, " + most + " " + when);
        arena.expect(
                NO_STORM,
                most <= times * calm,
                most + " commands in a second " + when + ", at most " + times + " times " + calm + " were wanted");
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(looks);
    }
}
