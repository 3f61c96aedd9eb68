package dev.sessionmesh.chaos.history;

/**
 * When something was seen.
 *
 * @param wallMs wall clock, to be read beside the logs of the nodes
 * @param ns monotonic clock of the client, to measure with
 */
public record Stamp(long wallMs, long ns) {

    public static Stamp now() {
        return new Stamp(System.currentTimeMillis(), System.nanoTime());
    }
}
