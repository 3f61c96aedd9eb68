package dev.sessionmesh.cluster.agreement;

/**
 * What a node keeps across restarts: the last view it knows to be agreed, its vote on the next one, and whether it was merged into another side
 * and has not belonged to a majority since.
 *
 * @param outcast see {@link Input.Outcast}
 */
public record Remembered(View view, Vote vote, boolean outcast) {
    public static final Remembered NOTHING = new Remembered(View.NONE, Vote.NONE, false);

    Remembered with(View next, Vote nextVote) {
        return new Remembered(next, nextVote, outcast);
    }

    Remembered asOutcast(boolean is) {
        return new Remembered(view, vote, is);
    }
}
