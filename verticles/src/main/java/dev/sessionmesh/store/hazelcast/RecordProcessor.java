package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import dev.sessionmesh.core.ErrorCode;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Changes a session's entry on its primary. Whatever it decides, it decides before it touches the entry; what the copies have to do
 * follows from the decision and is never decided again there.
 */
abstract class RecordProcessor
        implements EntryProcessor<String, Slot, Reply>, IdentifiedDataSerializable, HazelcastInstanceAware {
    private transient @Nullable HazelcastInstance hazelcast;
    private transient @Nullable EntryProcessor<String, Slot, Reply> copies;

    /** What to do with a session that is there. */
    abstract Reply process(String key, SessionRecord session, Target target);

    /**
     * What to do where there is none: by default say so, truthfully. A side without the majority does not know: all copies may be on the other
     * one, and that they are lost to this one is noticed a moment later than that they are not here.
     */
    Reply absent(String key, Target target) {
        if (isLost(key) || !services().quorum().getAsBoolean()) {
            return Reply.refused(ErrorCode.UNAVAILABLE, "the session's copies are away");
        }
        return services().settled().getAsBoolean()
                ? Reply.refused(ErrorCode.SESSION_NOT_FOUND, "no such session")
                : unsettled();
    }

    /** What to do where there was one. */
    Reply deleted(Slot.Deleted tombstone, Target target) {
        return Reply.refused(ErrorCode.SESSION_DELETED, "the session was deleted");
    }

    /** What to do where one is on its way from the archive: as where there is none, whoever brings it is asked first. */
    Reply waking(String key, Slot.Waking waking, Target target) {
        return absent(key, target);
    }

    /** What the caller makes of an answer to this object. */
    Reply answered(Reply received) {
        return received;
    }

    @Override
    public final Reply process(Map.Entry<String, Slot> entry) {
        Reply reply = answer(entry);
        if (reply.kind == Reply.REFUSED) {
            services().refusals().count(reply.code);
        }
        return reply;
    }

    private Reply answer(Map.Entry<String, Slot> entry) {
        copies = null;
        Target target = new Target(entry);
        @Nullable Slot slot = entry.getValue();
        if (slot == null) {
            services().sessions().remove(entry.getKey());
            return absent(entry.getKey(), target);
        }
        return switch (slot) {
            case Slot.Deleted deleted -> {
                services().sessions().bury(entry.getKey(), deleted);
                yield deleted(deleted, target);
            }
            case Slot.Waking waking -> {
                services().sessions().waking(entry.getKey(), waking);
                yield waking(entry.getKey(), waking, target);
            }
            case Slot.Live live -> {
                services().sessions().seen(entry.getKey(), live.session(), isLong(live.session()));
                yield process(entry.getKey(), live.session(), target);
            }
        };
    }

    /** Asked by Hazelcast after {@link #process}, on the same object. */
    @Override
    public final @Nullable EntryProcessor<String, Slot, Reply> getBackupProcessor() {
        return copies;
    }

    @Override
    public final void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public final int getFactoryId() {
        return Forms.FACTORY;
    }

    final MemberServices services() {
        return MemberServices.of(instance());
    }

    /** Why this node may not write now, if so. */
    final Optional<Reply> barred(String key) {
        Optional<Reply> refused = leaving().or(() -> alone("this side of the cluster may not write"));
        if (refused.isPresent()) {
            return refused;
        }
        if (services().held().test(partition(key))) {
            return Optional.of(Reply.refused(ErrorCode.UNAVAILABLE, "fewer copies than configured would keep it"));
        }
        return Optional.empty();
    }

    final Optional<Reply> leaving() {
        return services().leaving().getAsBoolean()
                ? Optional.of(Reply.refused(ErrorCode.BUSY, "the session is moving to another node"))
                : Optional.empty();
    }

    /**
     * Why what the copies here confirm proves nothing, if so: those of a side without the majority may all have what the majority never will.
     */
    final Optional<Reply> alone(String otherwise) {
        if (!services().quorum().getAsBoolean()) {
            return Optional.of(Reply.refused(ErrorCode.NO_QUORUM, otherwise));
        }
        return services().settled().getAsBoolean() ? Optional.empty() : Optional.of(unsettled());
    }

    /** For whoever has a majority elsewhere: this node will know better in a moment, or not be asked any more. */
    static Reply undecided() {
        return Reply.refused(ErrorCode.BUSY, "this node has not heard from a majority yet");
    }

    private static Reply unsettled() {
        return Reply.refused(ErrorCode.BUSY, "the nodes don't see the same members yet");
    }

    /** This member's incarnation. */
    final String self() {
        return instance().getCluster().getLocalMember().getUuid().toString();
    }

    /** Asked of the cluster itself: what listeners were told may lag behind the promotion of this very copy. */
    final boolean isMember(String incarnation) {
        return incarnation.equals(self())
                || instance().getCluster().getMembers().stream()
                        .anyMatch(member -> member.getUuid().toString().equals(incarnation));
    }

    final boolean isLost(String key) {
        return services().lost().test(partition(key));
    }

    final int partition(String key) {
        return instance().getPartitionService().getPartition(key).getPartitionId();
    }

    /** Whether the tail wants sealing. */
    private boolean isLong(SessionRecord session) {
        return session.tailBytes() > services().limits().tailSoftBytes()
                || session.tail().size() >= services().limits().tailSegments();
    }

    private HazelcastInstance instance() {
        if (hazelcast == null) {
            throw new IllegalStateException("runs outside of Hazelcast");
        }
        return hazelcast;
    }

    /** The entry, and the copies' part of the change. */
    final class Target {
        private final Map.Entry<String, Slot> entry;

        private Target(Map.Entry<String, Slot> entry) {
            this.entry = entry;
        }

        /** Changes the primary and has the copies follow. */
        void set(SessionRecord next, EntryProcessor<String, Slot, Reply> follow) {
            setHereOnly(next);
            copies = follow;
        }

        /** For what only the primary keeps. */
        void setHereOnly(SessionRecord next) {
            entry.setValue(new Slot.Live(next));
            services().sessions().put(entry.getKey(), next, isLong(next));
        }

        /** A session that is not served yet. */
        void set(Slot.Waking waking) {
            entry.setValue(waking);
            services().sessions().waking(entry.getKey(), waking);
            copies = new ReplaceCopy(waking);
        }

        /** Has it leave the memory. */
        void drop() {
            entry.setValue(null);
            services().sessions().remove(entry.getKey());
            copies = new DropCopy();
        }

        void delete(Slot.Deleted tombstone, EntryProcessor<String, Slot, Reply> follow) {
            entry.setValue(tombstone);
            services().sessions().bury(entry.getKey(), tombstone);
            copies = follow;
        }

        /** Nothing is here, and nothing shall be on the copies. */
        void confirmAbsence() {
            copies = new DropCopy();
        }

        /** Nothing changes, but every copy must show that it has what the primary has. */
        void confirm(EntryProcessor<String, Slot, Reply> check) {
            copies = check;
        }
    }
}
