package dev.sessionmesh.cluster.agreement;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/** One attempt of this node, as the proposer, to have the successor of {@code base} decided. */
final class Round {
    private final View base;
    private final Ballot ballot;
    private final SortedMap<String, String> present;
    private final SortedSet<String> wanted;
    private final Map<String, Vote> promises = new HashMap<>();
    private final Set<String> acceptedBy = new HashSet<>();
    private ViewMessage question;
    private long askedAt;

    Round(View base, Ballot ballot, SortedMap<String, String> present, SortedSet<String> wanted) {
        this.base = base;
        this.ballot = ballot;
        this.present = present;
        this.wanted = wanted;
        this.question = new ViewMessage.Prepare(base, ballot);
    }

    Ballot ballot() {
        return ballot;
    }

    /** What everybody present must answer now; asked again when an answer does not come. */
    ViewMessage ask(long now) {
        askedAt = now;
        return question;
    }

    long askedAt() {
        return askedAt;
    }

    /** True once, when the last promise has come. */
    boolean promised(String from, Vote before) {
        return promises.put(from, before) == null && promises.keySet().containsAll(present.keySet());
    }

    /** What may have been decided already must be proposed again; only without that is the proposer free. */
    View propose() {
        var proposal = promises.values().stream()
                .filter(Vote::isOpen)
                .max(Comparator.comparing(Vote::acceptedAt))
                .map(Vote::accepted)
                .orElseGet(() -> base.next(wanted));
        question = new ViewMessage.Accept(base, ballot, proposal);
        return proposal;
    }

    /** True once, when everybody who is present has accepted. */
    boolean accepted(String from) {
        return acceptedBy.add(from) && acceptedBy.containsAll(present.keySet());
    }
}
