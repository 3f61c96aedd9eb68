package dev.sessionmesh.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.sessionmesh.cluster.agreement.View;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a gateway, which holds no sessions and so has no vote: it asks those who have one, each in its turn, and believes a yes for as long as
 * a silence means nothing. That is enough, because whoever holds a session decides again whether it may be written.
 */
final class GatewayQuorum implements Agreement {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayQuorum.class);
    private static final Duration ASK = Duration.ofMillis(250);
    private static final Duration FIND = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 100;

    private final Cluster cluster;
    private final IExecutorService network;
    private final QuorumGuard guard;
    private final List<QuorumListener> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("mesh-view").daemon().factory());
    private volatile View view = View.NONE;
    private int asked;

    private GatewayQuorum(HazelcastInstance hazelcast, ClusterSettings settings) {
        this.cluster = hazelcast.getCluster();
        this.network = hazelcast.getExecutorService(MeshNames.VIEW_EXECUTOR);
        this.guard = new QuorumGuard(System::nanoTime, ClusterQuorum.stillAlive(settings));
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleState.SHUTTING_DOWN || event.getState() == LifecycleState.SHUTDOWN) {
                guard.fail();
            }
        });
    }

    /** @throws IOException when no node that holds sessions comes within a minute: without one nothing works, not even the event bus */
    static GatewayQuorum start(HazelcastInstance hazelcast, ClusterSettings settings) throws IOException {
        var quorum = new GatewayQuorum(hazelcast, settings);
        quorum.awaitNodes();
        // ask() catches its own failures; nobody needs the future.
        var unused = quorum.thread.scheduleWithFixedDelay(quorum::ask, 0, ASK.toMillis(), TimeUnit.MILLISECONDS);
        return quorum;
    }

    private void awaitNodes() throws IOException {
        long until = System.nanoTime() + FIND.toNanos();
        while (voters().isEmpty()) {
            if (System.nanoTime() > until) {
                throw new IOException(
                        "this gateway found no node that holds sessions within " + FIND.toSeconds() + " s");
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while this gateway looked for nodes", stop);
            }
        }
    }

    private List<Member> voters() {
        return cluster.getMembers().stream().filter(ClusterQuorum::hasVote).toList();
    }

    private void ask() {
        try {
            var nodes = voters();
            if (!nodes.isEmpty()) {
                network.submitToMember(
                        new ViewQuestion(), nodes.get(Math.floorMod(asked++, nodes.size())), new ExecutionCallback<>() {
                            @Override
                            public void onResponse(ViewAnswer answer) {
                                handOver(answer);
                            }

                            @Override
                            public void onFailure(Throwable gone) {
                                LOG.debug("not answered, the next one is asked: {}", gone.toString());
                            }
                        });
            }
        } catch (RuntimeException stopping) {
            LOG.debug("not asked: {}", stopping.toString());
        }
    }

    /** From a Hazelcast thread. */
    private void handOver(ViewAnswer answer) {
        try {
            thread.execute(() -> heard(answer));
        } catch (RejectedExecutionException closed) {
            LOG.debug("this gateway does not listen any more");
        }
    }

    /** Whoever says no may be the one that is cut off: the others are asked before he is believed. */
    private void heard(ViewAnswer answer) {
        if (!answer.quorum()) {
            return;
        }
        view = answer.view();
        guard.beat();
        if (guard.set(true)) {
            LOG.info("quorum gained at {}", view);
            listeners.forEach(listener -> listener.quorumChanged(true));
        }
    }

    @Override
    public boolean hasQuorum() {
        return guard.hasQuorum();
    }

    /** Nothing is written here. */
    @Override
    public boolean isSettled() {
        return hasQuorum();
    }

    /** As a node that had a quorum told it last. */
    @Override
    public View view() {
        return view;
    }

    @Override
    public long losses() {
        return guard.losses();
    }

    @Override
    public void addListener(QuorumListener listener) {
        listeners.add(listener);
    }

    @Override
    public CompletableFuture<Void> announceLeave() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<View> forget(String name) {
        return CompletableFuture.failedFuture(
                new IllegalArgumentException("no_vote: a gateway has none, ask a node that holds sessions"));
    }

    @Override
    public void close() {
        guard.fail();
        thread.shutdown();
    }
}
