package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a session of which two sides of a split each have a record. Runs on the partition thread of the side that takes the
 * other one in.
 *
 * <ul>
 *   <li>Known to one side only: it stays. Where there is an archive, that is asked first: this side may have put the session away.
 *   <li>Deleted on either side: deleted, as only a majority deletes.
 *   <li>One is a continuation of the other: the longer one.
 *   <li>Both went on: the one that {@link Kinship#isTheirsTheOneThatGoesOn goes on}; what only the other had goes to the
 *       {@link LostAndFound}.
 * </ul>
 */
public final class SessionMerge
        implements SplitBrainMergePolicy<Slot, MergingEntry<Object, Slot>, Slot>,
                IdentifiedDataSerializable,
                HazelcastInstanceAware {
    private transient @Nullable HazelcastInstance hazelcast;

    @Override
    public Slot merge(MergingEntry<Object, Slot> merging, @Nullable MergingEntry<Object, Slot> existing) {
        if (hazelcast == null) {
            throw new IllegalStateException("runs outside of Hazelcast");
        }
        MemberServices services = MemberServices.of(hazelcast);
        String key = String.valueOf(merging.getKey());
        Slot there = merging.getDeserializedValue();
        @Nullable Slot here = existing == null ? null : existing.getDeserializedValue();
        Slot merged = here == null
                ? alone(there, services.sessions().isArchived())
                : merge(key, here, there, services.lostAndFound());
        if (merged != here) {
            follow(key, merged, services);
        }
        return merged;
    }

    static Slot alone(Slot there, boolean archived) {
        return archived && there instanceof Slot.Live live
                ? new Slot.Waking(Slot.Waking.UNCLAIMED, live.session())
                : there;
    }

    static Slot merge(String key, Slot here, Slot there, LostAndFound found) {
        if (here instanceof Slot.Live mine && there instanceof Slot.Live theirs) {
            Kinship kin = Kinship.of(mine.session(), theirs.session());
            if (kin.isHereEnough()) {
                return here;
            }
            if (kin.isThereMore()) {
                return keepingInterest(theirs.session(), mine.session());
            }
            if (kin.isTheirsTheOneThatGoesOn()) {
                found.add(key, kin, mine.session());
                return keepingInterest(theirs.session(), mine.session());
            }
            found.add(key, kin, theirs.session());
            return here;
        }
        if (here instanceof Slot.Deleted || there instanceof Slot.Deleted) {
            return here instanceof Slot.Deleted ? here : there;
        }
        if (here instanceof Slot.Waking mine) {
            // Whoever wakes it begins again, and sees what the other side had of it.
            return there instanceof Slot.Waking theirs && theirs.hold() <= mine.hold() ? here : alone(there, true);
        }
        return here;
    }

    /** The nodes of the other side start anew; those of this side want to go on hearing. */
    private static Slot keepingInterest(SessionRecord wins, SessionRecord here) {
        return new Slot.Live(wins.subscribed(here.subscribers()));
    }

    private static void follow(String key, Slot merged, MemberServices services) {
        switch (merged) {
            case Slot.Live live -> {
                boolean fat = live.session().tailBytes() > services.limits().tailSoftBytes();
                services.sessions().put(key, live.session(), fat);
            }
            case Slot.Deleted deleted -> services.sessions().bury(key, deleted);
            case Slot.Waking waking -> services.sessions().waking(key, waking);
        }
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public int getFactoryId() {
        return Forms.FACTORY;
    }

    @Override
    public int getClassId() {
        return Forms.MERGE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
    }
}
