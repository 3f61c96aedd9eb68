package dev.sessionmesh.bench;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How long and where.
 *
 * @param warmup load before anything counts: compilers need 15 to 20 s on two processors
 * @param measure each measurement
 * @param logs where servers write what they say
 */
public record Plan(Duration warmup, Duration measure, Path logs) {

    /** Lets time pass while load runs. */
    public static void pass(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }
}
