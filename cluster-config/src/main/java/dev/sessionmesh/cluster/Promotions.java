package dev.sessionmesh.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Has copies take the place of a lost member at once, also while partitions move. Those that were moving to it or from it fail then, and after a failure
 * Hazelcast leaves the partition table alone for three to six seconds, lest failures chase each other (a constant in its {@code MigrationManagerImpl}).
 * Meanwhile nobody owns what the lost member owned, and its sessions stand still. So for a moment after each loss that rest is cut short; failures that
 * have other reasons keep it.
 *
 * <p>Uses Hazelcast's {@link Internals}: its public interface can't end the rest.
 */
public final class Promotions implements MembershipListener {
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** For two seconds: what was under way fails within one. */
    private static final int TIMES = 20;

    private final Runnable resume;
    private final Executor later;

    Promotions(Runnable resume, Executor later) {
        this.resume = resume;
        this.later = later;
    }

    public static void start(HazelcastInstance hazelcast) {
        var partitions = Internals.of(hazelcast).node.partitionService;
        var later = CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        hazelcast.getCluster().addMembershipListener(new Promotions(partitions::resumeMigration, later));
    }

    @Override
    public void memberAdded(MembershipEvent event) {}

    @Override
    public void memberRemoved(MembershipEvent event) {
        resume(TIMES);
    }

    private void resume(int times) {
        if (times > 0) {
            later.execute(() -> {
                resume.run();
                resume(times - 1);
            });
        }
    }
}
