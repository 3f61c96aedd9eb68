package dev.sessionmesh.cluster.agreement;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a node keeps across restarts. Its sessions are not among it: it comes back empty, and this says who may have what it had.
 *
 * @param view the last one it knows to be agreed
 * @param vote its vote on the next one
 * @param company who was present when it last belonged to a majority, itself included: what that majority wrote, one of them knows
 * @param merged whether it was merged into another side, which ended it, and has not belonged to a majority since
 */
public record Remembered(View view, Vote vote, SortedSet<String> company, boolean merged) {
    public static final Remembered NOTHING = new Remembered(View.NONE, Vote.NONE, Collections.emptySortedSet(), false);

    public Remembered {
        company = Collections.unmodifiableSortedSet(new TreeSet<>(company));
    }

    Remembered with(View next, Vote nextVote) {
        return new Remembered(next, nextVote, company, merged);
    }

    /** It belongs to a majority. */
    Remembered among(Collection<String> present) {
        return new Remembered(view, vote, new TreeSet<>(present), false);
    }

    Remembered asMerged() {
        return new Remembered(view, vote, company, true);
    }
}
