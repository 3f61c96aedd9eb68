package dev.sessionmesh.archive;

/** What became of the wish to hold a session. */
public sealed interface Claim {
    /**
     * @param hold the number under which the session is held now
     * @param slept whether it had been put away in order: otherwise what was not archived is lost, and its end belongs to another history
     */
    record Taken(Stored stored, long hold, boolean slept) implements Claim {}

    /** Another cluster holds it. */
    record Held(String cluster) implements Claim {}

    record Absent() implements Claim {}

    /** @param head the last seq it had */
    record Gone(long at, long head) implements Claim {}
}
