package dev.sessionmesh.chaos.sim;

import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.spi.merge.MergingEntry;
import dev.sessionmesh.store.hazelcast.Forms;
import dev.sessionmesh.store.hazelcast.SessionMerge;
import dev.sessionmesh.store.hazelcast.Slot;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Something to be done to a partition: on its owner, and what follows from it on the other copies. */
interface Op {
    /** @param here whether the owner is the member that asked */
    Done onOwner(Member owner, Member.Copy copy, boolean here);

    /** @param follow what every other copy has to do before the change counts; empty if nothing */
    record Done(@Nullable Object reply, Optional<BiConsumer<Member, Member.Copy>> follow) {}

    InternalSerializationService FORMS = new DefaultSerializationServiceBuilder()
            .addDataSerializableFactory(Forms.FACTORY, new Forms())
            .build();

    /** A plain change or look-up, the same on every copy. */
    static Op plain(Function<Member.Copy, @Nullable Object> work, boolean changes) {
        return (owner, copy, here) -> new Done(
                work.apply(copy),
                changes
                        ? Optional.of((member, other) -> {
                            var unused = work.apply(other);
                        })
                        : Optional.empty());
    }

    /** What another side of a split has of a session, under the production code's own rules. */
    static Op merge(String key, Slot there) {
        return (owner, copy, here) -> {
            SessionMerge rules = new SessionMerge();
            rules.setHazelcastInstance(owner.hazelcast);
            @Nullable Slot mine = copy.sessions.get(key);
            Slot merged = rules.merge(entry(key, there), mine == null ? null : entry(key, mine));
            copy.sessions.put(key, merged);
            return new Done(true, Optional.of((member, other) -> other.sessions.put(key, merged)));
        };
    }

    @SuppressWarnings("unchecked")
    private static MergingEntry<Object, Slot> entry(String key, Slot slot) {
        return Stub.of(MergingEntry.class, key, Map.of("getKey", none -> key, "getDeserializedValue", none -> slot));
    }

    /** The production code's own processor, with the trip over the wire where there is one. */
    static Op process(String key, EntryProcessor<String, Slot, ?> processor) {
        Data sent = FORMS.toData(processor);
        return (owner, copy, here) -> {
            EntryProcessor<String, Slot, ?> mine = here ? processor : FORMS.toObject(sent);
            Object reply = run(mine, owner, key, copy);
            @Nullable Object follow = mine.getBackupProcessor();
            Object answered = here ? reply : FORMS.toObject(FORMS.toData(reply));
            if (follow == null) {
                return new Done(answered, Optional.empty());
            }
            Data wire = FORMS.toData(follow);
            return new Done(answered, Optional.of((member, other) -> {
                EntryProcessor<String, Slot, ?> its = FORMS.toObject(wire);
                run(its, member, key, other);
            }));
        };
    }

    private static @Nullable Object run(
            EntryProcessor<String, Slot, ?> processor, Member at, String key, Member.Copy copy) {
        if (processor instanceof HazelcastInstanceAware aware) {
            aware.setHazelcastInstance(at.hazelcast);
        }
        return processor.process(new Entry(key, copy));
    }

    /** The entry as a processor sees it. */
    record Entry(String key, Member.Copy copy) implements Map.Entry<String, Slot> {
        @Override
        public String getKey() {
            return key;
        }

        @Override
        public @Nullable Slot getValue() {
            return copy.sessions.get(key);
        }

        @Override
        public @Nullable Slot setValue(Slot value) {
            return copy.sessions.put(key, value);
        }
    }
}
