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
 * @param takers who was present when it was merged into another side, which ended it: what it had, they have; empty if it was not, or belonged to a
 *     majority since
 */
public record Remembered(View view, Vote vote, SortedSet<String> company, SortedSet<String> takers) {
    public static final Remembered NOTHING =
            new Remembered(View.NONE, Vote.NONE, Collections.emptySortedSet(), Collections.emptySortedSet());

    public Remembered {
        company = Collections.unmodifiableSortedSet(new TreeSet<>(company));
        takers = Collections.unmodifiableSortedSet(new TreeSet<>(takers));
    }

    Remembered with(View next, Vote nextVote) {
        return new Remembered(next, nextVote, company, takers);
    }

    /** It belongs to a majority. */
    Remembered among(Collection<String> present) {
        return new Remembered(view, vote, new TreeSet<>(present), Collections.emptySortedSet());
    }

    Remembered mergedInto(Collection<String> present) {
        var all = new TreeSet<>(takers);
        all.addAll(present);
        return new Remembered(view, vote, company, all);
    }

    /** An operator said who is not waited for. */
    Remembered waitingForNobody() {
        return new Remembered(view, vote, company, Collections.emptySortedSet());
    }
}
