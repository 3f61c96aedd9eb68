package dev.sessionmesh.telemetry.metrics;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took, sorted into buckets. Recording is a short search and two additions: micrometer's own timers keep a maximum
 * in a window of time as well, which costs more than all of this.
 */
public final class Histogram {
    private static final double NANOS = 1e9;

    private final double[] upperSeconds;
    private final long[] upperNanos;
    /** One for each bound, and one for what is above all of them. */
    private final LongAdder[] buckets;

    private final LongAdder sumNanos = new LongAdder();

    Histogram(double[] upperSeconds) {
        this.upperSeconds = upperSeconds.clone();
        this.upperNanos = Arrays.stream(upperSeconds)
                .mapToLong(bound -> Math.round(bound * NANOS))
                .toArray();
        this.buckets = new LongAdder[upperNanos.length + 1];
        Arrays.setAll(buckets, i -> new LongAdder());
    }

    /** @param nanos less than nothing, as clocks of two machines may have it, counts as nothing */
    public void nanos(long nanos) {
        long took = Math.max(0, nanos);
        int bucket = 0;
        while (bucket < upperNanos.length && took > upperNanos[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        sumNanos.add(took);
    }

    public void millis(long millis) {
        nanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** With infinity as the last one. */
    double[] bounds() {
        double[] bounds = Arrays.copyOf(upperSeconds, buckets.length);
        bounds[upperSeconds.length] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /** For each of the bounds those below it and above the one before. */
    long[] counts() {
        return Arrays.stream(buckets).mapToLong(LongAdder::sum).toArray();
    }

    double sumSeconds() {
        return sumNanos.sum() / NANOS;
    }
}
