package dev.sessionmesh.cluster.agreement;

/**
 * What a node promised and accepted towards the view that follows its own. It must survive a restart: whoever forgets
 * a vote can vote twice.
 *
 * @param promised no ballot below this one is answered any more
 * @param acceptedAt the ballot of {@code accepted}, {@link Ballot#NONE} when nothing was accepted
 * @param accepted {@link View#NONE} when nothing was accepted
 */
public record Vote(Ballot promised, Ballot acceptedAt, View accepted) {
    static final Vote NONE = new Vote(Ballot.NONE, Ballot.NONE, View.NONE);

    Vote promise(Ballot ballot) {
        return new Vote(ballot, acceptedAt, accepted);
    }

    Vote accept(Ballot ballot, View view) {
        return new Vote(ballot, ballot, view);
    }

    boolean isOpen() {
        return !accepted.isNone();
    }
}
