package dev.sessionmesh.cluster.agreement;

import java.util.Comparator;

/** Orders the attempts to decide one view; the proposer's name makes two ballots of one round different. */
public record Ballot(long round, String proposer) implements Comparable<Ballot> {
    static final Ballot NONE = new Ballot(0, "");

    private static final Comparator<Ballot> ORDER =
            Comparator.comparingLong(Ballot::round).thenComparing(Ballot::proposer);

    @Override
    public int compareTo(Ballot other) {
        return ORDER.compare(this, other);
    }
}
