package dev.sessionmesh.cluster;

import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.cluster.agreement.View;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** What a node knows of who counts in its cluster, and, if it has a vote, its part in agreeing on that. */
public interface Agreement extends Quorum, AutoCloseable {

    /**
     * Blocks: call it once, off the event loops, on an instance configured by {@link HazelcastConfigs}.
     *
     * @throws IOException when the state directory holds something that cannot be trusted, or a gateway finds nobody to serve for
     */
    static Agreement start(HazelcastInstance hazelcast, ClusterSettings settings) throws IOException {
        return settings.gateway() ? GatewayQuorum.start(hazelcast, settings) : ClusterQuorum.start(hazelcast, settings);
    }

    View view();

    /** How often this node lost its quorum. */
    long losses();

    void addListener(QuorumListener listener);

    /**
     * Tells the others that this node goes, so that the majority shrinks with it where that helps. The answer comes on the
     * agreement's thread, also when nothing had to be agreed; wait for it no longer than for a few heartbeats.
     */
    CompletableFuture<Void> announceLeave();

    /**
     * An operator's word that a node is gone for good. Forces a view: use it only for nodes that are really stopped.
     *
     * @return the view from now on; fails with {@link IllegalArgumentException} when the name is not known or present
     */
    CompletableFuture<View> forget(String name);

    /** Stops taking part; from then on there is no quorum. Does not announce anything. */
    @Override
    void close();
}
