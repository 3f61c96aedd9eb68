package dev.sessionmesh.cluster.agreement;

import java.util.List;

/** What happens to a node's {@link AgreedView}. */
public sealed interface Input {

    record Member(String name, String incarnation) {}

    /** The cluster's member list, this node included, oldest first: the first one proposes. */
    record Membership(String selfIncarnation, List<Member> oldestFirst) implements Input {
        public Membership {
            oldestFirst = List.copyOf(oldestFirst);
        }
    }

    record Received(Envelope envelope) implements Input {}

    /**
     * Time passes: repeats what may have been lost.
     *
     * @param partitionsSafe every partition has all its backups again
     */
    record Tick(boolean partitionsSafe) implements Input {}

    /**
     * This node stood still for so long that the others may have gone on without it. Until they speak to it again, it
     * counts nobody.
     */
    record Woke() implements Input {}

    /**
     * This node is merged into another side after a split, and ends itself: what it takes in until then is forgotten with it, so it has no say
     * any more, for itself neither.
     */
    record Merged() implements Input {}

    /** This node wants to go; answered by {@link Output.LeaveSettled}. */
    record Leave() implements Input {}

    /** An operator vouches that a node that is away will not come back with data anybody waits for. */
    record Forget(String name) implements Input {}
}
