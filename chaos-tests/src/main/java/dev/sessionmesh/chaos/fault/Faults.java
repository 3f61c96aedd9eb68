package dev.sessionmesh.chaos.fault;

import java.time.Duration;

/**
 * What a proxy does to what passes through it.
 *
 * @param latency added to each way
 * @param jitter up to this is added on top; order is kept
 * @param bytesPerSecond of each way; 0 means unlimited
 * @param sliceBytes nothing longer is handed on in one piece; 0 means as it comes
 * @param answerBytesMax what a connection's server may say before {@code beyond} happens to that connection
 */
public record Faults(
        Duration latency, Duration jitter, int bytesPerSecond, int sliceBytes, long answerBytesMax, Beyond beyond) {

    /** What happens to a connection when its server has said enough. */
    public enum Beyond {
        /** Half-open: both ends stay connected and hear nothing more. */
        SILENCE,
        /** Closed in order, to both ends. */
        CLOSE,
        /** Reset, to both ends. */
        RESET
    }

    public Faults {
        if (latency.isNegative() || jitter.isNegative() || bytesPerSecond < 0 || sliceBytes < 0 || answerBytesMax < 0) {
            throw new IllegalArgumentException("a fault can't be negative");
        }
    }

    /** Everything passes. */
    public static Faults none() {
        return new Faults(Duration.ZERO, Duration.ZERO, 0, 0, Long.MAX_VALUE, Beyond.SILENCE);
    }

    public Faults withLatency(Duration mean, Duration spread) {
        return new Faults(mean, spread, bytesPerSecond, sliceBytes, answerBytesMax, beyond);
    }

    public Faults withRate(int bytes) {
        return new Faults(latency, jitter, bytes, sliceBytes, answerBytesMax, beyond);
    }

    public Faults withSlices(int bytes) {
        return new Faults(latency, jitter, bytesPerSecond, bytes, answerBytesMax, beyond);
    }

    /** After so many bytes of its answers, counted from its beginning, this happens to a connection. */
    public Faults after(long bytes, Beyond what) {
        return new Faults(latency, jitter, bytesPerSecond, sliceBytes, bytes, what);
    }
}
