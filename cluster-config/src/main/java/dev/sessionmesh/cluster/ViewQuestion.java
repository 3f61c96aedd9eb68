package dev.sessionmesh.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Asks a member that has a vote how it stands. */
final class ViewQuestion implements Callable<ViewAnswer>, IdentifiedDataSerializable, HazelcastInstanceAware {
    static final int CLASS_ID = 2;

    private @Nullable HazelcastInstance instance;

    @Override
    public ViewAnswer call() {
        return instance != null
                        && instance.getUserContext().get(ClusterQuorum.CONTEXT_KEY) instanceof ClusterQuorum quorum
                ? new ViewAnswer(quorum.hasQuorum(), quorum.view())
                : new ViewAnswer();
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
    public void writeData(ObjectDataOutput out) {
        // the question is always the same
    }

    @Override
    public void readData(ObjectDataInput in) {
        // the question is always the same
    }
}
