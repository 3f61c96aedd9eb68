package dev.sessionmesh.cluster.agreement;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What nodes say to each other. All of it may be lost, repeated and reordered. */
public sealed interface ViewMessage {

    /**
     * Where the sender stands; also how a decided view spreads.
     *
     * @param empty whether the sender has not belonged to a majority since it was started
     * @param leaving the sender announced that it goes
     * @param answer the receiver should answer with its own status
     * @param wake how often the sender woke from a long pause; what was said to it before it does not count any more
     * @param wakesHeard the latest {@code wake} that the sender heard from others, where it is not 0
     */
    record Status(
            Remembered remembered,
            boolean empty,
            boolean leaving,
            boolean answer,
            long wake,
            SortedMap<String, Long> wakesHeard)
            implements ViewMessage {
        public Status {
            wakesHeard = Collections.unmodifiableSortedMap(new TreeMap<>(wakesHeard));
        }
    }

    /** Asks for a promise not to accept anything below {@code ballot} as the successor of {@code base}. */
    record Prepare(View base, Ballot ballot) implements ViewMessage {}

    /** The promise, with what the sender had accepted before. */
    record Promise(Ballot ballot, Vote before) implements ViewMessage {}

    record Accept(View base, Ballot ballot, View proposed) implements ViewMessage {}

    record Accepted(Ballot ballot) implements ViewMessage {}
}
