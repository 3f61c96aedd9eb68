package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleService;
import com.hazelcast.partition.PartitionService;
import dev.sessionmesh.cluster.Quorum;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class NodeHealthTest {
    private final AtomicBoolean member = new AtomicBoolean(true);
    private final AtomicBoolean copied = new AtomicBoolean(true);
    private final AtomicBoolean majority = new AtomicBoolean(true);
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicBoolean turning = new AtomicBoolean(true);
    private final NodeHealth health = new NodeHealth(
            answering(
                    HazelcastInstance.class,
                    Map.of(
                            "getLifecycleService", answering(LifecycleService.class, Map.of("isRunning", member)),
                            "getPartitionService",
                                    answering(PartitionService.class, Map.of("isLocalMemberSafe", copied)))),
            new Quorum() {
                @Override
                public boolean hasQuorum() {
                    return majority.get();
                }

                @Override
                public boolean isSettled() {
                    return majority.get();
                }
            },
            draining::get,
            turning::get);

    /** Whoever is asked for something else fails. */
    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, asked, with) -> {
            Object answer = answers.get(asked.getName());
            if (answer == null) {
                throw new UnsupportedOperationException(asked.toString());
            }
            return answer instanceof AtomicBoolean value ? value.get() : answer;
        }));
    }

    private static boolean up(Map<String, Boolean> checks) {
        return !checks.containsValue(false);
    }

    private void awaitReady(boolean wanted) throws InterruptedException {
        while (up(health.ready()) != wanted) {
            Thread.sleep(20); // copies are asked for in the background
        }
    }

    @Test
    void started_is_who_has_joined_and_serves() {
        assertEquals(Map.of("joined", true, "serving", false), health.started());
        health.serving();
        assertTrue(up(health.started()));
        member.set(false);
        assertFalse(up(health.started()));
    }

    @Test
    void ready_is_who_has_joined_sees_the_majority_has_its_copies_and_does_not_drain() throws InterruptedException {
        awaitReady(false);
        health.serving();
        awaitReady(true);
        for (AtomicBoolean needed : new AtomicBoolean[] {member, majority, copied}) {
            needed.set(false);
            awaitReady(false);
            needed.set(true);
            awaitReady(true);
        }
        draining.set(true);
        assertEquals(
                Map.of("joined", true, "serving", true, "quorum", true, "partitions", true, "accepting", false),
                health.ready());
    }

    @Test
    void live_is_whose_loops_turn_whatever_the_cluster_does() {
        majority.set(false);
        copied.set(false);
        draining.set(true);
        member.set(false);
        assertTrue(up(health.live()));
        turning.set(false);
        assertFalse(up(health.live()));
    }
}
