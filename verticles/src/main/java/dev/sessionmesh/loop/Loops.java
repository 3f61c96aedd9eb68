package dev.sessionmesh.loop;

/** The event loops of a node. */
public interface Loops {
    /** A loop for something new to live on. */
    Loop create();

    /** The loop that the caller runs on; one for the calling thread where it runs on none. */
    Loop current();

    /** Monotonic time in nanoseconds, of no use but for differences. */
    long nanos();
}
