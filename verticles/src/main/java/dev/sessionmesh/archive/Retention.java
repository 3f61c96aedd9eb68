package dev.sessionmesh.archive;

import java.time.Duration;

/**
 * How long sleeping sessions are kept. Those in memory always are, and no session says otherwise of itself: whoever may make one could have it kept for
 * ever.
 *
 * @param age since its last event, after which one is erased; zero: never
 * @param sessions of a tenant that may sleep; beyond that those are erased that changed longest ago; 0: any number
 */
public record Retention(Duration age, int sessions) {
    public static final Retention FOR_EVER = new Retention(Duration.ZERO, 0);

    boolean isForEver() {
        return age.isZero() && sessions == 0;
    }
}
