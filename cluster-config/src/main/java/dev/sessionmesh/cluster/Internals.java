package dev.sessionmesh.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceImpl;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;

/** The way to what Hazelcast does not publish. Only {@link Replicas}, {@link Suspicion} and {@link Promotions} go it, each for one thing; look at them when the version changes. */
final class Internals {
    private Internals() {}

    static HazelcastInstanceImpl of(HazelcastInstance hazelcast) {
        return switch (hazelcast) {
            case HazelcastInstanceProxy proxy -> proxy.getOriginal();
            case HazelcastInstanceImpl itself -> itself;
            default -> throw new IllegalArgumentException("not a member: " + hazelcast.getClass());
        };
    }
}
