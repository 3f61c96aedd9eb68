package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.exception.SilentException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a backup does. It throws when its copy is not the one the primary started from: then it acknowledges nothing, the caller tries
 * again, and the repetition ships the whole record.
 */
abstract class CopyProcessor
        implements EntryProcessor<String, Slot, Reply>, IdentifiedDataSerializable, HazelcastInstanceAware {
    private static final Reply DONE = Reply.of(Reply.OK);
    private transient @Nullable HazelcastInstance hazelcast;

    abstract void apply(String key, Map.Entry<String, Slot> entry, MemberServices services);

    @Override
    public final Reply process(Map.Entry<String, Slot> entry) {
        if (hazelcast == null) {
            throw new IllegalStateException("runs outside of Hazelcast");
        }
        apply(entry.getKey(), entry, MemberServices.of(hazelcast));
        return DONE;
    }

    static void set(Map.Entry<String, Slot> entry, SessionRecord next, MemberServices services) {
        entry.setValue(new Slot.Live(next));
        boolean fat = next.tailBytes() > services.limits().tailSoftBytes();
        services.sessions().put(entry.getKey(), next, fat);
    }

    /** The copy, if it is the one that the primary started from. */
    static SessionRecord matching(Map.Entry<String, Slot> entry, long head, long hash) {
        if (entry.getValue() instanceof Slot.Live live
                && live.session().head() == head
                && live.session().hash() == hash) {
            return live.session();
        }
        throw new StaleCopyException("copy of " + entry.getKey() + " is not at " + head);
    }

    @Override
    public final @Nullable EntryProcessor<String, Slot, Reply> getBackupProcessor() {
        return null;
    }

    @Override
    public final void setHazelcastInstance(HazelcastInstance instance) {
        hazelcast = instance;
    }

    @Override
    public final int getFactoryId() {
        return Forms.FACTORY;
    }

    /** Silent: it is part of every failover, and the repetition says whether it mattered. */
    static final class StaleCopyException extends RuntimeException implements SilentException {
        private static final long serialVersionUID = 1;

        StaleCopyException(String message) {
            super(message, null, false, false);
        }
    }
}
