package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

/**
 * The maps of the mesh, and where to wait for them. Making their proxies blocks: do it once, at start, off the event loops.
 */
public record HazelcastMaps(
        IMap<String, Slot> sessions,
        IMap<ChunkKey, byte[]> chunks,
        IMap<NamedPart, byte[]> blobs,
        Background background) {
    public static HazelcastMaps of(HazelcastInstance hazelcast) {
        return new HazelcastMaps(
                hazelcast.getMap(HazelcastSessionStore.SESSIONS),
                hazelcast.getMap(HazelcastSessionStore.CHUNKS),
                hazelcast.getMap(HazelcastSessionStore.BLOBS),
                Background.COMMON_POOL);
    }
}
