package dev.sessionmesh.cluster.agreement;

/** What a node keeps across restarts: the last view it knows to be agreed, and its vote on the next one. */
public record Remembered(View view, Vote vote) {
    public static final Remembered NOTHING = new Remembered(View.NONE, Vote.NONE);
}
