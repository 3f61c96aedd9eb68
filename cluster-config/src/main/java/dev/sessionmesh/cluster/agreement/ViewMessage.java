package dev.sessionmesh.cluster.agreement;

/** What nodes say to each other. All of it may be lost, repeated and reordered. */
public sealed interface ViewMessage {

    /**
     * Where the sender stands; also how a decided view spreads.
     *
     * @param leaving the sender announced that it goes
     * @param answer the receiver should answer with its own status
     */
    record Status(Remembered remembered, boolean leaving, boolean answer) implements ViewMessage {}

    /** Asks for a promise not to accept anything below {@code ballot} as the successor of {@code base}. */
    record Prepare(View base, Ballot ballot) implements ViewMessage {}

    /** The promise, with what the sender had accepted before. */
    record Promise(Ballot ballot, Vote before) implements ViewMessage {}

    record Accept(View base, Ballot ballot, View proposed) implements ViewMessage {}

    record Accepted(Ballot ballot) implements ViewMessage {}
}
