package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.Plan;
import dev.sessionmesh.bench.lab.Cluster;
import java.time.Duration;

/** Sessions that nodes put away and bring back, as the nodes' own counters tell. */
final class Sleepers {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Cluster cluster;

    Sleepers(Cluster cluster) {
        this.cluster = cluster;
    }

    /** How often a session was put away. */
    long slept() {
        return cluster.metric("sessionmesh_archive_slept_total");
    }

    /** How often one was brought back. */
    long woken() {
        return cluster.metric("sessionmesh_archive_woken_total");
    }

    /** How many sleep, if there were none before. One that is written to between its making and its sleep may have been woken. */
    private long asleep() {
        long woken = woken();
        return slept() - woken;
    }

    /** Events that were archived. */
    long archived() {
        return cluster.metric("sessionmesh_archive_events_total");
    }

    /** Waits until so many events were archived: whatever was asked for has been said. */
    void awaitArchived(long events, Duration within) {
        await("events to be archived", this::archived, events, within);
    }

    /** Waits until sessions were put away so often. */
    void awaitSlept(long times, Duration within) {
        await("sessions to sleep", this::slept, times, within);
    }

    /** Waits until so many sleep. */
    void awaitAsleep(long sessions, Duration within) {
        await("sessions to be asleep", this::asleep, sessions, within);
    }

    private interface Counter {
        long now();
    }

    private static void await(String what, Counter counter, long wanted, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        long now = counter.now();
        while (now < wanted) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "Waited " + within.toSeconds() + " s for " + wanted + " " + what + ", had " + now);
            }
            Plan.pass(LOOK);
            now = counter.now();
        }
    }
}
