package dev.sessionmesh.cluster;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import java.util.Map;

/**
 * What the layers above hand to Hazelcast.
 *
 * @param sessionMergePolicy class name of the policy that settles two versions of a session after a split
 * @param serializers factory id to factory; {@link #VIEW_FACTORY_ID} is taken
 * @param userContext objects that entry processors find through the instance
 * @param formatVersion the newest format of logged events that this node reads
 */
public record HazelcastWiring(
        String sessionMergePolicy,
        Map<Integer, DataSerializableFactory> serializers,
        Map<String, Object> userContext,
        int formatVersion) {
    public static final int VIEW_FACTORY_ID = 7_001;

    public HazelcastWiring {
        serializers = Map.copyOf(serializers);
        userContext = Map.copyOf(userContext);
        if (serializers.containsKey(VIEW_FACTORY_ID)) {
            throw new IllegalArgumentException("serializer factory id " + VIEW_FACTORY_ID + " is taken");
        }
    }

    /** Nothing of our own in the grid: for tests of the cluster itself. */
    public static HazelcastWiring none() {
        return new HazelcastWiring(PutIfAbsentMergePolicy.class.getName(), Map.of(), Map.of(), 1);
    }
}
