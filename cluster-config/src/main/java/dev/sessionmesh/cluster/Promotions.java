package dev.sessionmesh.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Sees to it that copies take the place of a lost member at once, and tells when they have: Hazelcast tells of partitions that move, not of these.
 *
 * <p>Also while partitions move. Those that were moving to the lost member or from it fail then, and after a failure Hazelcast leaves the partition table
 * alone for three to six seconds, lest failures chase each other (a constant in its {@code MigrationManagerImpl}). Meanwhile nobody owns what the lost member
 * owned, and its sessions stand still. So for a moment after each loss that rest is cut short; failures that have other reasons keep it.
 *
 * <p>Uses Hazelcast's {@link Internals}: its public interface can't end the rest.
 */
public final class Promotions implements MembershipListener {
    private static final Duration PAUSE = Duration.ofMillis(10);
    /** For two seconds: what was under way fails within one. */
    private static final int LOOKS = 200;

    private static final int LOOKS_PER_RESUME = 10;

    private final Runnable resume;
    private final IntSupplier orphans;
    private final Executor later;
    private volatile Runnable promoted = () -> {};

    /**
     * @param resume ends the rest
     * @param orphans how many partitions have no owner
     * @param later runs a look after {@link #PAUSE}
     */
    Promotions(Runnable resume, IntSupplier orphans, Executor later) {
        this.resume = resume;
        this.orphans = orphans;
        this.later = later;
    }

    public static Promotions start(HazelcastInstance hazelcast) {
        Promotions promotions = new Promotions(
                Internals.of(hazelcast).node.partitionService::resumeMigration,
                () -> orphans(hazelcast),
                CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        hazelcast.getCluster().addMembershipListener(promotions);
        return promotions;
    }

    /** An owner that is no member any more is none. */
    private static int orphans(HazelcastInstance hazelcast) {
        return Math.toIntExact(hazelcast.getPartitionService().getPartitions().stream()
                .filter(partition -> partition.getOwner() == null)
                .count());
    }

    /** Told after a loss, whenever partitions have an owner again that had none; on a shared thread: be quick. */
    public void onPromoted(Runnable listener) {
        promoted = listener;
    }

    @Override
    public void memberAdded(MembershipEvent event) {}

    @Override
    public void memberRemoved(MembershipEvent event) {
        lost();
    }

    void lost() {
        // The copies may have been quicker than the news.
        look(LOOKS, Integer.MAX_VALUE);
    }

    private void look(int times, int before) {
        if (times > 0) {
            later.execute(() -> {
                if (times % LOOKS_PER_RESUME == 0) {
                    resume.run();
                }
                int now = orphans.getAsInt();
                if (now < before) {
                    promoted.run();
                }
                look(times - 1, now);
            });
        }
    }
}
