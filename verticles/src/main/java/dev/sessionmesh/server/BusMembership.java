package dev.sessionmesh.server;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Completable;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Vert.x's view of the cluster. Vert.x cleans up behind a lost member on the thread on which it hears of the loss, by operations that wait until the
 * partitions have owners again. Hazelcast tells all that listen on five threads, drawn by lot, so somebody else may be told only then, half a second later.
 * So it cleans up on a thread of its own.
 */
final class BusMembership extends HazelcastClusterManager {
    private static final long IDLE_SECONDS = 10;

    private final HazelcastInstance member;
    private final Executor changes = new ThreadPoolExecutor(
            0,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("bus-membership").factory());

    BusMembership(HazelcastInstance member) {
        super(member);
        this.member = member;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // what waits there is what must not wait here
    public void memberAdded(MembershipEvent event) {
        changes.execute(() -> super.memberAdded(event));
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void memberRemoved(MembershipEvent event) {
        changes.execute(() -> super.memberRemoved(event));
    }

    /** The node may be no member any more when its event loops stop. */
    @Override
    public void leave(Completable<Void> left) {
        if (member.getLifecycleService().isRunning()) {
            super.leave(left);
        } else {
            left.succeed();
        }
    }
}
