package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.map.impl.MapService;
import com.hazelcast.map.impl.record.Record;
import com.hazelcast.map.impl.recordstore.RecordStore;
import com.hazelcast.spi.impl.NodeEngineImpl;
import com.hazelcast.spi.impl.PartitionSpecificRunnable;
import java.util.concurrent.CountDownLatch;

/** Reaches into one member's copy of a partition, past everything that keeps copies equal. */
final class RecordStores {
    private final NodeEngineImpl engine;
    private final int partition;

    private RecordStores(NodeEngineImpl engine, int partition) {
        this.engine = engine;
        this.partition = partition;
    }

    static RecordStores of(HazelcastInstance hazelcast, int partition) {
        return new RecordStores(
                ((HazelcastInstanceProxy) hazelcast).getOriginal().node.getNodeEngine(), partition);
    }

    /** Replaces the value of a key on this member only, on the partition's own thread. */
    void replace(String key, SessionRecord record) {
        CountDownLatch done = new CountDownLatch(1);
        Data name = engine.getSerializationService().toData(key);
        engine.getOperationService().execute(new PartitionSpecificRunnable() {
            @Override
            public int getPartitionId() {
                return partition;
            }

            @Override
            public void run() {
                MapService maps = engine.getService(MapService.SERVICE_NAME);
                RecordStore<?> store = maps.getMapServiceContext()
                        .getPartitionContainer(partition)
                        .getRecordStore(HazelcastSessionStore.SESSIONS);
                RecordStores.<Record<Object>>cast(store.getRecord(name)).setValue(new Slot.Live(record));
                done.countDown();
            }
        });
        try {
            done.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object value) {
        return (T) value;
    }
}
