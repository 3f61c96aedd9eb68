package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.session.Session;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What processors find on the member where they run: Hazelcast creates them, so they can't be handed anything. Registered in the
 * instance's user context under {@link #KEY} before the first session is touched.
 *
 * @param quorum whether this member may accept writes now
 * @param settled whether a majority sees the same members as this one; until then what it is asked waits
 * @param term how often operators have forced the membership that counts for it
 * @param leaving whether this member is about to leave: what it would still accept, its copies might not get any more
 * @param held whether writes to a partition wait because it has fewer copies than they shall have
 * @param lost whether all copies of a partition were lost, so that a missing entry proves nothing
 * @param gone whether a node incarnation has left the cluster
 * @param sessions the records that this member holds
 * @param refusals counts what primaries here turned away
 * @param lostAndFound takes what the losing side of a split had accepted
 */
public record MemberServices(
        Session machine,
        Limits limits,
        BooleanSupplier quorum,
        BooleanSupplier settled,
        LongSupplier term,
        BooleanSupplier leaving,
        IntPredicate held,
        IntPredicate lost,
        Predicate<String> gone,
        LocalSessions sessions,
        Refusals refusals,
        LostAndFound lostAndFound) {
    public static final String KEY = "sessionmesh";

    static MemberServices of(HazelcastInstance hazelcast) {
        if (hazelcast.getUserContext().get(KEY) instanceof MemberServices services) {
            return services;
        }
        throw new IllegalStateException("this member does not serve sessions yet");
    }
}
