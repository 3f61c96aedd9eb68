package dev.sessionmesh.archive.redis;

import java.time.Duration;

/**
 * The bounds of the archive in Redis.
 *
 * @param answer longest wait for each answer, the making of a connection included; beyond it the archive is away
 * @param calls at once; beyond them the archive is away, nothing queues
 * @param bytes of all calls at once
 * @param backoffFirst until a server that was not reached is tried again
 * @param backoffMost longest such pause
 * @param watch how often Sentinels are asked who the master is, while nothing fails
 * @param grace how long a replica that is gone is still waited for: it may have left because it is the master now
 */
public record RedisLimits(
        Duration answer,
        int calls,
        long bytes,
        Duration backoffFirst,
        Duration backoffMost,
        Duration watch,
        Duration grace) {
    public static final RedisLimits DEFAULT = new RedisLimits(
            Duration.ofSeconds(2),
            2_048,
            64L << 20,
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));

    public RedisLimits {
        boolean positive = answer.toMillis() > 0
                && calls > 0
                && bytes > 0
                && backoffFirst.toMillis() > 0
                && backoffMost.compareTo(backoffFirst) >= 0
                && watch.toMillis() > 0
                && !grace.isNegative();
        if (!positive) {
            throw new IllegalArgumentException("the archive's limits must be positive");
        }
    }

    public RedisLimits withAnswer(Duration other) {
        return new RedisLimits(other, calls, bytes, backoffFirst, backoffMost, watch, grace);
    }

    public RedisLimits withCalls(int other) {
        return new RedisLimits(answer, other, bytes, backoffFirst, backoffMost, watch, grace);
    }

    public RedisLimits withBytes(long other) {
        return new RedisLimits(answer, calls, other, backoffFirst, backoffMost, watch, grace);
    }
}
