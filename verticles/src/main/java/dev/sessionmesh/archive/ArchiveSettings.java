package dev.sessionmesh.archive;

import java.time.Duration;

/**
 * How sessions are archived.
 *
 * @param mode when a command is acknowledged
 * @param cluster the name under which sessions are held
 * @param pause least time between two writes of a session that nobody waits for
 * @param idle after which a session that nobody follows leaves the memory
 * @param pressurePercent how full of the heap sessions that nobody follows leave it whatever their age
 * @param lag how long what was acknowledged may be missing in the archive
 * @param lagEvents how many events may be missing, of all sessions of a node together
 * @param refuse whether a node beyond either bound takes no new turns, instead of going on
 * @param patience after which whoever waits for the archive is told that it did not answer
 * @param look how often the archive is asked how it is, and whether it still has what it had
 */
public record ArchiveSettings(
        Mode mode,
        String cluster,
        Duration pause,
        Duration idle,
        int pressurePercent,
        Duration lag,
        long lagEvents,
        boolean refuse,
        Duration patience,
        Duration look) {
    public enum Mode {
        /** Acknowledged when it is on every copy; archived soon. */
        ASYNC,
        /** Acknowledged when it is archived. */
        SYNC
    }

    public static ArchiveSettings of(Mode mode, String cluster) {
        return new ArchiveSettings(
                mode,
                cluster,
                Duration.ofMillis(250),
                Duration.ofMinutes(10),
                75,
                Duration.ofSeconds(30),
                100_000,
                false,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }

    public ArchiveSettings idleAfter(Duration time, int percent) {
        return new ArchiveSettings(mode, cluster, pause, time, percent, lag, lagEvents, refuse, patience, look);
    }

    public ArchiveSettings bounded(Duration time, long events, boolean refusing) {
        return new ArchiveSettings(mode, cluster, pause, idle, pressurePercent, time, events, refusing, patience, look);
    }
}
