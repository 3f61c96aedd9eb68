package dev.sessionmesh.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Carries one agreement message to a member and drops it into that member's {@link ClusterQuorum}, if it runs one. */
final class ViewDelivery implements Runnable, IdentifiedDataSerializable, HazelcastInstanceAware {
    private static final int CLASS_ID = 1;

    static final DataSerializableFactory FACTORY = classId -> switch (classId) {
        case CLASS_ID -> new ViewDelivery(new byte[0]);
        case ViewQuestion.CLASS_ID -> new ViewQuestion();
        case ViewAnswer.CLASS_ID -> new ViewAnswer();
        default -> throw new IllegalArgumentException("unknown class id " + classId);
    };

    private byte[] envelope;
    private @Nullable HazelcastInstance instance;

    ViewDelivery(byte[] envelope) {
        this.envelope = envelope;
    }

    @Override
    public void run() {
        if (instance != null
                && instance.getUserContext().get(ClusterQuorum.CONTEXT_KEY) instanceof ClusterQuorum quorum) {
            quorum.receive(envelope);
        }
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance hazelcastInstance) {
        instance = hazelcastInstance;
    }

    @Override
    public int getFactoryId() {
        return HazelcastWiring.VIEW_FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return CLASS_ID;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(envelope);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        var bytes = in.readByteArray();
        envelope = bytes == null ? new byte[0] : bytes;
    }
}
